// The JSON Schema (draft 2020-12) of the same description that the parser checks with.
#include "harness/suite/json_schema.hpp"

#include <algorithm>

#include "harness/suite/schema.hpp"

namespace l2l {
namespace {

using nlohmann::ordered_json;
using suite::Field;
using suite::Node;
using suite::Variant;

constexpr const char* kNamePattern = "^[a-z0-9][a-z0-9-]*$";

ordered_json schema_of(const Node& node);

ordered_json schema_of(const Field& field) {
  ordered_json schema = schema_of(field.node);
  schema["description"] = field.doc;
  if (!field.fallback.is_null()) schema["default"] = field.fallback;
  return schema;
}

/// A bound without a fraction as an integer: 1, not 1.0.
ordered_json bound(double value) {
  const auto whole = static_cast<std::int64_t>(std::clamp(value, -9e15, 9e15));
  return static_cast<double>(whole) == value ? ordered_json(whole) : ordered_json(value);
}

ordered_json numeric(const Node& node) {
  ordered_json schema = {{"type", node.type == Node::Type::integer ? "integer" : "number"}};
  if (node.minimum) schema["minimum"] = bound(*node.minimum);
  if (node.above) schema["exclusiveMinimum"] = bound(*node.above);
  if (node.maximum) schema["maximum"] = bound(*node.maximum);
  return schema;
}

void add_fields(ordered_json& schema, const std::vector<Field>& fields) {
  for (const Field& field : fields) {
    schema["properties"][field.name] = schema_of(field);
    if (field.required) schema["required"].push_back(field.name);
  }
}

ordered_json closed_object() {
  return {{"type", "object"},
          {"properties", ordered_json::object()},
          {"required", ordered_json::array()},
          {"additionalProperties", false}};
}

/// An object with variants: what it must have in any case, and per variant everything it may have.
ordered_json object_of(const Node& node) {
  ordered_json schema = closed_object();
  add_fields(schema, node.fields);
  for (const std::vector<std::string>& group : node.exclusive)
    schema["allOf"].push_back({{"not", {{"required", group}}}});
  if (node.discriminator.empty()) return schema;
  schema.erase("additionalProperties");
  for (const Variant& variant : node.variants) {
    ordered_json then = closed_object();
    for (const Field& field : node.fields) then["properties"][field.name] = true;
    add_fields(then, variant.fields);
    const ordered_json chosen = {{"properties", {{node.discriminator, {{"enum", variant.values}}}}},
                                 {"required", {node.discriminator}}};
    schema["allOf"].push_back({{"if", chosen}, {"then", then}});
  }
  return schema;
}

ordered_json schema_of(const Node& node) {
  switch (node.type) {
    case Node::Type::string: {
      ordered_json schema = {{"type", "string"}};
      if (node.is_name) schema["pattern"] = kNamePattern;
      if (!node.choices.empty()) schema["enum"] = node.choices;
      return schema;
    }
    case Node::Type::integer:
    case Node::Type::number:
      return numeric(node);
    case Node::Type::boolean:
      return {{"type", "boolean"}};
    case Node::Type::list: {
      ordered_json schema = {{"type", "array"}, {"items", schema_of(node.element[0])}};
      if (node.min_items > 0) schema["minItems"] = node.min_items;
      if (node.max_items > 0) schema["maxItems"] = node.max_items;
      if (node.unique) schema["uniqueItems"] = true;
      return schema;
    }
    case Node::Type::map: {
      ordered_json schema = {{"type", "object"}};
      if (!node.any_key) schema["propertyNames"] = {{"pattern", kNamePattern}};
      schema["additionalProperties"] = schema_of(node.element[0]);
      return schema;
    }
    case Node::Type::any_of: {
      ordered_json schema;
      for (const Node& element : node.element) schema["anyOf"].push_back(schema_of(element));
      return schema;
    }
    case Node::Type::object:
      return object_of(node);
  }
  L2L_CHECK(false, "type={}", static_cast<int>(node.type));
}

}  // namespace

std::string suite_json_schema() {
  ordered_json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                         {"title", "l2lbench suite"},
                         {"description",
                          "What `l2lbench run` compares. References between names, overlapping splits "
                          "and steps beyond a horizon are checked by l2lbench itself."}};
  schema.update(schema_of(suite::suite_node()));
  return schema.dump(2) + "\n";
}

}  // namespace l2l
