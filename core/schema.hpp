// What a value of a configuration must look like, whatever file it is written in: types, ranges, defaults,
// and short words to say so.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/json.hpp"

namespace l2l::schema {

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
    any_of,  ///< one of `element`, told apart by their kind of value
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
  bool any_key = false;       ///< of a map: its keys need not be names
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

inline Node text() {
  return {};
}
inline Node name() {
  Node node;
  node.is_name = true;
  return node;
}
inline Node choice(std::vector<std::string> choices) {
  Node node;
  node.choices = std::move(choices);
  return node;
}
inline Node boolean() {
  Node node;
  node.type = Node::Type::boolean;
  return node;
}
inline Node integer(double minimum, double maximum) {
  Node node;
  node.type = Node::Type::integer;
  node.minimum = minimum;
  node.maximum = maximum;
  return node;
}
inline Node number(double minimum, double maximum) {
  Node node = integer(minimum, maximum);
  node.type = Node::Type::number;
  return node;
}
/// A number in (0, maximum].
inline Node positive(double maximum) {
  Node node;
  node.type = Node::Type::number;
  node.above = 0;
  node.maximum = maximum;
  return node;
}
inline Node list(Node element, std::size_t min_items = 1, std::size_t max_items = 0) {
  Node node;
  node.type = Node::Type::list;
  node.element = {std::move(element)};
  node.min_items = min_items;
  node.max_items = max_items;
  return node;
}
inline Node set(Node element, std::size_t min_items = 1) {
  Node node = list(std::move(element), min_items);
  node.unique = true;
  return node;
}
inline Node object(std::vector<Field> fields) {
  Node node;
  node.type = Node::Type::object;
  node.fields = std::move(fields);
  return node;
}
inline Node map(Node element) {
  Node node;
  node.type = Node::Type::map;
  node.element = {std::move(element)};
  return node;
}
/// The same with keys of any spelling.
inline Node map_of_any(Node element) {
  Node node = map(std::move(element));
  node.any_key = true;
  return node;
}
inline Node any_of(std::vector<Node> nodes) {
  Node node;
  node.type = Node::Type::any_of;
  node.element = std::move(nodes);
  return node;
}

inline Field required(std::string field, Node node, std::string doc) {
  return {std::move(field), std::move(node), std::move(doc), true, nullptr};
}
inline Field optional(std::string field, Node node, std::string doc) {
  return {std::move(field), std::move(node), std::move(doc), false, nullptr};
}
inline Field defaulted(std::string field, Node node, nlohmann::ordered_json fallback, std::string doc) {
  return {std::move(field), std::move(node), std::move(doc), false, std::move(fallback)};
}

}  // namespace l2l::schema
