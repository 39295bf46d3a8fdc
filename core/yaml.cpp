#include "core/yaml.hpp"

#include <cmath>

namespace l2l::yaml {
namespace {

using Kind = Value::Kind;

constexpr double kWholeLimit = 9007199254740992.0;  // 2^53: beyond it a double is no exact count

}  // namespace

const Value* Value::find(std::string_view key) const {
  for (const Entry& entry : entries)
    if (entry.key == key) return &entry.value;
  return nullptr;
}

const Value& Value::at(std::string_view key) const {
  const Value* value = find(key);
  L2L_CHECK(value != nullptr, "no '{}' at {}", key, where.to_string());
  return *value;
}

bool Value::is_whole() const {
  if (kind == Kind::integer) return true;
  return kind == Kind::number && std::abs(number) <= kWholeLimit && std::trunc(number) == number;
}

void fail(const Where& where, std::string what, std::string hint) {
  throw Error(ErrorCode::suite, where, std::move(what), std::move(hint));
}

const char* to_string(Kind kind) {
  switch (kind) {
    case Kind::null:
      return "nothing";
    case Kind::boolean:
      return "a boolean";
    case Kind::integer:
      return "an integer";
    case Kind::number:
      return "a number";
    case Kind::string:
      return "a string";
    case Kind::list:
      return "a list";
    case Kind::map:
      return "a mapping";
  }
  L2L_CHECK(false, "kind={}", static_cast<int>(kind));
}

nlohmann::ordered_json to_json(const Value& value) {
  switch (value.kind) {
    case Kind::null:
      return nullptr;
    case Kind::boolean:
      return value.boolean;
    case Kind::integer:
      return value.integer;
    case Kind::number:
      return value.number;
    case Kind::string:
      return value.text;
    case Kind::list: {
      auto json = nlohmann::ordered_json::array();
      for (const Value& item : value.items) json.push_back(to_json(item));
      return json;
    }
    case Kind::map: {
      auto json = nlohmann::ordered_json::object();
      for (const Entry& entry : value.entries) json[entry.key] = to_json(entry.value);
      return json;
    }
  }
  L2L_CHECK(false, "kind={}", static_cast<int>(value.kind));
}

nlohmann::json plain_json(const Value& value) {
  return to_json(value);
}

Value from_json(const nlohmann::ordered_json& json, const Where& where) {
  Value value;
  value.where = where;
  if (json.is_boolean()) {
    value.kind = Kind::boolean;
    value.boolean = json.get<bool>();
  } else if (json.is_number_integer()) {
    value.kind = Kind::integer;
    value.integer = json.get<std::int64_t>();
    value.number = static_cast<double>(value.integer);
  } else if (json.is_number_float()) {
    value.kind = Kind::number;
    value.number = json.get<double>();
  } else if (json.is_string()) {
    value.kind = Kind::string;
    value.text = json.get<std::string>();
  } else if (json.is_array()) {
    value.kind = Kind::list;
    for (const auto& item : json) value.items.push_back(from_json(item, where));
  } else if (json.is_object()) {
    value.kind = Kind::map;
    for (const auto& [key, item] : json.items())
      value.entries.push_back({key, where, from_json(item, where)});
  }
  return value;
}

}  // namespace l2l::yaml
