// A YAML document as plain values, each with its place in the file: the one strict reader of suites and of
// the catalogue of data sets.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "core/json.hpp"

namespace l2l::yaml {

struct Entry;

/// One node. Scalars follow the YAML 1.2 core schema, whatever the locale; quoted scalars are strings.
struct Value {
  enum class Kind { null, boolean, integer, number, string, list, map };

  Kind kind = Kind::null;
  Where where;
  bool boolean = false;
  std::int64_t integer = 0;    ///< of Kind::integer
  double number = 0;           ///< of Kind::number and Kind::integer
  std::string text;            ///< of Kind::string; of other scalars as written
  std::vector<Value> items;    ///< of Kind::list
  std::vector<Entry> entries;  ///< of Kind::map, in file order, keys unique

  /// The value under `key`, or nullptr.
  const Value* find(std::string_view key) const;
  /// The same where a checked value is known to be there (L2L_CHECK).
  const Value& at(std::string_view key) const;
  bool is(Kind other) const { return kind == other; }
  /// A whole number, however it is written (20, 20.0, 2e1).
  bool is_whole() const;
};

struct Entry {
  std::string key;
  Where where;  ///< of the key
  Value value;
};

/// Throws Error{suite} at that place.
[[noreturn]] void fail(const Where& where, std::string what, std::string hint = "");

/// "an integer", "a list", ... for messages.
const char* to_string(Value::Kind kind);

/// Parses one YAML document. Throws Error{suite} at file:line:column for syntax errors, tabs in
/// indentation, duplicate keys, tags, several documents, and documents too large or too deep.
Value parse(const std::string& text, const std::string& file);

/// The same values without places, and back again (every place: `where`).
nlohmann::ordered_json to_json(const Value& value);
/// With sorted keys, as specifications are read from.
nlohmann::json plain_json(const Value& value);
Value from_json(const nlohmann::ordered_json& json, const Where& where);

}  // namespace l2l::yaml
