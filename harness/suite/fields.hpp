// Short words to write the tables of suite_fields*.cpp with.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "harness/suite/schema.hpp"

namespace l2l::suite {

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

/// The parts of the description, by the section of a suite they belong to.
Node optimizee_node();
Node optimizer_node();
Node experiment_node();
Node figure_node();
Node claim_node();
Node gate_node();

// Ranges that a field and an axis share.
inline Node horizon_node() {
  return integer(1, 100'000);
}
inline Node unroll_node() {
  return integer(1, 1'000);
}
inline Node init_stddev_node() {
  return number(0, 100);
}
inline Node dimension_node() {
  return integer(1, 1'000);
}
inline Node distribution_node() {
  return choice({"gaussian", "uniform", "spectrum"});
}
inline Node condition_node() {
  return number(1, 1e6);
}
inline Node hidden_units_node() {
  return integer(1, 10'000);
}
inline constexpr int kMaxHiddenLayers = 16;
inline Node activation_node() {
  return choice({"sigmoid", "tanh", "relu"});
}
inline Node batch_node() {
  return integer(1, 100'000);
}
inline Node architecture_node() {
  return choice({"lstm", "lstm-gac", "ntm-bfgs", "ntm-l-bfgs"});
}
inline Node lstm_hidden_node() {
  return integer(1, 128);
}
inline Node lstm_layers_node() {
  return integer(1, 3);
}
inline Node global_cells_node() {
  return integer(0, 128);
}
inline Node heads_node() {
  return integer(1, 16);
}
inline Node memory_init_node() {
  return number(0, 1'000);
}
inline Node head_init_node() {
  return positive(1'000);
}
inline Node history_node() {
  return integer(1, 1'000);
}

}  // namespace l2l::suite
