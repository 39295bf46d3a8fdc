// The one description of a suite: which fields there are, of which type and range, with which default.
// The parser (check) and the JSON Schema (suite_json_schema) are both driven by it, so they cannot disagree.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/json.hpp"
#include "harness/suite/value.hpp"

namespace l2l::suite {

struct Field;
struct Variant;

/// What a value must look like.
struct Node {
  enum class Type {
    string,
    integer,
    number,
    boolean,
    list,    ///< of `element[0]`
    object,  ///< exactly the `fields`, and those of the variant that the discriminator picks
    map,     ///< any name -> `element[0]`
    any_of,  ///< one of `element`, told apart by their YAML kind
  };

  Type type = Type::string;
  // string
  std::vector<std::string> choices;  ///< empty: any text
  bool is_name = false;              ///< lowercase letters, digits and dashes
  // integer, number
  std::optional<double> minimum, above, maximum;  ///< minimum <= value, above < value, value <= maximum
  // list, map
  std::vector<Node> element;
  std::size_t min_items = 0;
  std::size_t max_items = 0;  ///< 0: no limit
  bool unique = false;
  // object
  std::vector<Field> fields;
  std::string discriminator;  ///< the field whose value picks a variant
  std::vector<Variant> variants;
  std::vector<std::vector<std::string>> exclusive;  ///< at most one of these fields
};

struct Field {
  std::string name;
  Node node;
  std::string doc;
  bool required = false;
  nlohmann::ordered_json fallback;  ///< default; null: stays absent
};

/// The further fields of an object whose discriminator is one of `values`.
struct Variant {
  std::vector<std::string> values;
  std::vector<Field> fields;
};

/// Seeds of one evaluate job where a suite does not say.
inline constexpr int kDefaultSeedsPerJob = 16;

/// A whole suite, and a file that a suite includes.
const Node& suite_node();
const Node& fragment_node();
/// An axis of an experiment: the type of one value of it. Its field's `doc` says what it changes.
const std::vector<Field>& axes();

/// Checks `value` against `node` and returns it with every default filled in. `what` names it in messages
/// ("optimizee 'mnist'"). Throws Error{suite} at the offending place.
Value check(const Value& value, const Node& node, const std::string& what);

/// "did you mean 'x'?" where one of `known` is close to `given`, else "known: a, b, c".
std::string suggest(const std::string& given, const std::vector<std::string>& known);

}  // namespace l2l::suite
