// What holds for every kind of optimizees in the registry.
#include "optimizees/kinds.hpp"

#include <cstddef>
#include <cstdint>

#include <catch2/catch.hpp>

#include "core/json.hpp"
#include "core/schema.hpp"

using namespace l2l;

TEST_CASE("every axis of every kind of optimizees moves its canonical form") {
  const auto split =
      nlohmann::json::parse(R"({"train": {"begin": 0, "end": 10}, "validation": {"begin": 10, "end": 20},
                                               "test": {"begin": 20, "end": 30}})");
  // A value that is not the default, from the description alone.
  const auto another = [](const schema::Field& axis, const nlohmann::json& settings) -> nlohmann::json {
    const schema::Node& node = axis.node;
    const auto found = settings.find(axis.name);
    const nlohmann::json present = found == settings.end() ? nlohmann::json() : *found;
    if (node.type == schema::Node::Type::boolean) return present != true;
    if (!node.choices.empty())
      return node.choices.front() == present ? node.choices.back() : node.choices.front();
    REQUIRE(node.maximum.has_value());
    if (present == *node.maximum) return node.minimum.value_or(*node.maximum / 2);
    return node.type == schema::Node::Type::integer ? nlohmann::json(static_cast<std::int64_t>(*node.maximum))
                                                    : nlohmann::json(*node.maximum);
  };
  std::size_t moved_axes = 0;
  for (const OptimizeeKind* kind : optimizee_kinds()) {
    const nlohmann::json settings = kind->complete({{"split", split}});
    for (const schema::Field& axis : kind->axes()) {
      CAPTURE(kind->name(), axis.name);
      nlohmann::json moved = settings;
      const auto refusal = kind->apply_axis(moved, axis.name, another(axis, settings));
      if (refusal) {  // it needs another setting first, and says which
        CHECK_THAT(*refusal, Catch::Contains("needs"));
        continue;
      }
      CHECK(kind->canonical(moved) != kind->canonical(settings));
      ++moved_axes;
    }
  }
  CHECK(moved_axes >= 8);
}
