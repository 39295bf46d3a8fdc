#include "core/schema_check.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace l2l::schema {
namespace {

using yaml::Entry;
using yaml::fail;
using Kind = Value::Kind;
using Type = Node::Type;

/// What a value of this type is called in messages.
std::string describe(const Node& node) {
  switch (node.type) {
    case Type::string:
      return node.choices.empty() ? "a string" : fmt::format("one of {}", fmt::join(node.choices, ", "));
    case Type::integer:
      return "an integer";
    case Type::number:
      return "a number";
    case Type::boolean:
      return "true or false";
    case Type::list:
      return "a list";
    case Type::object:
    case Type::map:
      return "a mapping";
    case Type::any_of: {
      std::string text;
      for (const Node& element : node.element) text += (text.empty() ? "" : " or ") + describe(element);
      return text;
    }
  }
  L2L_CHECK(false, "type={}", static_cast<int>(node.type));
}

bool fits(const Value& value, Type type) {
  switch (type) {
    case Type::string:
      return value.is(Kind::string);
    case Type::integer:
      return value.is_whole();
    case Type::number:
      return value.is(Kind::integer) || value.is(Kind::number);
    case Type::boolean:
      return value.is(Kind::boolean);
    case Type::list:
      return value.is(Kind::list);
    case Type::object:
    case Type::map:
      return value.is(Kind::map);
    case Type::any_of:
      return true;
  }
  L2L_CHECK(false, "type={}", static_cast<int>(type));
}

bool is_name(const std::string& text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !text.empty() && letter(text[0]) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return letter(c) || c == '-'; });
}

void check_name(const std::string& text, const Where& where, const std::string& what) {
  if (!is_name(text))
    fail(where, fmt::format("{}: '{}' is not a name", what, text),
         "use lowercase letters, digits and dashes");
}

void check_string(const Value& value, const Node& node, const std::string& what) {
  if (node.is_name) check_name(value.text, value.where, what);
  if (!node.choices.empty() && std::count(node.choices.begin(), node.choices.end(), value.text) == 0)
    fail(value.where, fmt::format("{}: '{}' is not {}", what, value.text, describe(node)),
         suggest(value.text, node.choices));
}

void check_range(const Value& value, const Node& node, const std::string& what) {
  const double x = value.number;
  if (node.minimum && x < *node.minimum)
    fail(value.where,
         fmt::format("{}: {} is out of range: it must be at least {}", what, value.text, *node.minimum));
  if (node.above && x <= *node.above)
    fail(value.where,
         fmt::format("{}: {} is out of range: it must be above {}", what, value.text, *node.above));
  if (node.maximum && x > *node.maximum)
    fail(value.where,
         fmt::format("{}: {} is out of range: it must be at most {}", what, value.text, *node.maximum));
}

/// As in a JSON Schema: 1 and 1.0 are the same.
bool same(const Value& a, const Value& b) {
  return yaml::to_json(a) == yaml::to_json(b);
}

Value check_list(const Value& value, const Node& node, const std::string& what) {
  if (value.items.size() < node.min_items)
    fail(value.where, value.items.empty() ? fmt::format("{}: the list is empty", what)
                                          : fmt::format("{}: fewer than {} entries", what, node.min_items));
  if (node.max_items > 0 && value.items.size() > node.max_items)
    fail(value.items[node.max_items].where, fmt::format("{}: more than {} entries", what, node.max_items));
  Value result = value;
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    result.items[i] = check(value.items[i], node.element[0], what);
    if (!node.unique) continue;
    for (std::size_t j = 0; j < i; ++j)
      if (same(value.items[i], value.items[j]))
        fail(value.items[i].where, fmt::format("{}: given twice", what),
             fmt::format("it is already given at {}", value.items[j].where.to_string()));
  }
  return result;
}

Value check_map(const Value& value, const Node& node, const std::string& what) {
  Value result = value;
  for (Entry& entry : result.entries) {
    if (!node.any_key) check_name(entry.key, entry.where, what);
    entry.value = check(entry.value, node.element[0], fmt::format("{}.{}", what, entry.key));
  }
  return result;
}

/// The fields of an object, those of the variant its discriminator picks included.
std::vector<const Field*> fields_of(const Value& value, const Node& node, const std::string& what) {
  std::vector<const Field*> fields;
  for (const Field& field : node.fields) fields.push_back(&field);
  if (node.discriminator.empty()) return fields;
  const Value* picked = value.find(node.discriminator);
  if (picked == nullptr) fail(value.where, fmt::format("{}: '{}' is missing", what, node.discriminator));
  for (const Field& field : node.fields)
    if (field.name == node.discriminator) check(*picked, field.node, what + "." + field.name);
  for (const Variant& variant : node.variants)
    if (std::count(variant.values.begin(), variant.values.end(), picked->text) > 0)
      for (const Field& field : variant.fields) fields.push_back(&field);
  return fields;
}

Value check_object(const Value& value, const Node& node, const std::string& what) {
  const std::vector<const Field*> fields = fields_of(value, node, what);
  const auto path = [&](const std::string& key) { return what.empty() ? key : what + "." + key; };
  for (const Entry& entry : value.entries) {
    const auto named = [&](const Field* field) { return field->name == entry.key; };
    if (std::any_of(fields.begin(), fields.end(), named)) continue;
    std::vector<std::string> known;
    for (const Field* field : fields) known.push_back(field->name);
    fail(entry.where, fmt::format("unknown key '{}'{}", entry.key, what.empty() ? "" : " in " + what),
         suggest(entry.key, known));
  }
  for (const std::vector<std::string>& group : node.exclusive) {
    const Entry* first = nullptr;
    for (const Entry& entry : value.entries) {
      if (std::count(group.begin(), group.end(), entry.key) == 0) continue;
      if (first != nullptr)
        fail(entry.where, fmt::format("'{}' cannot be given beside '{}'", path(entry.key), first->key));
      first = &entry;
    }
  }
  Value result = value;
  result.entries.clear();
  for (const Field* field : fields) {
    const auto entry = std::find_if(value.entries.begin(), value.entries.end(),
                                    [&](const Entry& candidate) { return candidate.key == field->name; });
    if (entry != value.entries.end()) {
      result.entries.push_back(
          {entry->key, entry->where, check(entry->value, field->node, path(field->name))});
    } else if (field->required) {
      fail(value.where, fmt::format("'{}' is missing", path(field->name)), field->doc);
    } else if (!field->fallback.is_null()) {
      Value fallback = check(yaml::from_json(field->fallback, value.where), field->node, path(field->name));
      result.entries.push_back({field->name, value.where, std::move(fallback)});
    }
  }
  return result;
}

}  // namespace

std::string suggest(const std::string& given, const std::vector<std::string>& known) {
  if (known.empty()) return "none is defined";
  const std::string close = suggestion(given, known);
  return close.empty() ? fmt::format("known: {}", fmt::join(known, ", ")) : close;
}

Value check(const Value& value, const Node& node, const std::string& what) {
  if (node.type == Type::any_of) {
    for (const Node& element : node.element)
      if (fits(value, element.type)) return check(value, element, what);
  }
  if (node.type == Type::any_of || !fits(value, node.type)) {
    const std::string given =
        value.is(Kind::string) ? fmt::format("'{}'", value.text) : yaml::to_string(value.kind);
    const bool unquoted = node.type == Type::string && !value.text.empty();
    fail(value.where,
         fmt::format("{}: expected {}, got {}", what.empty() ? "suite" : what, describe(node), given),
         unquoted ? fmt::format("quote it: \"{}\"", value.text) : "");
  }
  switch (node.type) {
    case Type::string:
      check_string(value, node, what);
      return value;
    case Type::integer:
    case Type::number: {
      check_range(value, node, what);
      Value result = value;
      result.kind = node.type == Type::integer ? Kind::integer : Kind::number;
      if (node.type == Type::integer) result.integer = static_cast<std::int64_t>(value.number);
      return result;
    }
    case Type::list:
      return check_list(value, node, what);
    case Type::map:
      return check_map(value, node, what);
    case Type::object:
      return check_object(value, node, what);
    case Type::boolean:
    case Type::any_of:
      return value;
  }
  L2L_CHECK(false, "type={}", static_cast<int>(node.type));
}

}  // namespace l2l::schema
