#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "harness/plan/plan.hpp"
#include "harness/suite/fields.hpp"

using namespace l2l;
using Kind = MetaLossWeights::Kind;

TEST_CASE("weights of the meta-loss follow their formulas") {
  using Weights = std::vector<double>;
  CHECK(MetaLossWeights{}.at_steps(3) == Weights{1, 1, 1});
  CHECK(MetaLossWeights{Kind::last}.at_steps(3) == Weights{0, 0, 1});
  CHECK(MetaLossWeights{.kind = Kind::linear, .from = 1, .to = 3}.at_steps(5) == Weights{1, 1.5, 2, 2.5, 3});
  CHECK(MetaLossWeights{.kind = Kind::linear, .from = 1, .to = 0.1}.at_steps(1) == Weights{0.1});
  CHECK(MetaLossWeights{.kind = Kind::linear, .from = 0, .to = 0.1}.at_steps(4).back() == 0.1);
  CHECK(MetaLossWeights{.kind = Kind::exponential, .ratio = 0.5}.at_steps(4) == Weights{0.125, 0.25, 0.5, 1});
  CHECK(MetaLossWeights{.kind = Kind::listed, .values = {4, 0}}.at_steps(2) == Weights{4, 0});
  CHECK_THROWS_AS((MetaLossWeights{.kind = Kind::listed, .values = {4, 0}}.at_steps(3)), CheckFailure);
}

TEST_CASE("weights that are not one a step, or weigh nothing, are complained about") {
  const MetaLossWeights two{.kind = Kind::listed, .values = {1, 0}};
  CHECK_FALSE(two.complaint(2));
  CHECK(two.complaint(3) == "2 weights for a horizon of 3 steps");
  const MetaLossWeights idle{.kind = Kind::linear, .from = 1, .to = 0};
  CHECK_FALSE(idle.complaint(2));
  CHECK(idle.complaint(1) == "no step of a horizon of 1 has a weight above 0");
}

TEST_CASE("weights are read back from their canonical form; each gives a training of its own") {
  std::set<std::string> forms;
  for (const MetaLossWeights& weights :
       {MetaLossWeights{}, MetaLossWeights{Kind::last},
        MetaLossWeights{.kind = Kind::linear, .from = 0, .to = 1},
        MetaLossWeights{.kind = Kind::linear, .from = 0, .to = 2},
        MetaLossWeights{.kind = Kind::exponential, .ratio = 0.9},
        MetaLossWeights{.kind = Kind::listed, .values = std::vector<double>(100, 1.0)}}) {
    LearnedSpec spec;
    spec.training.weights = weights;
    const nlohmann::json form = canonical(spec);
    CHECK(canonical(learned_from(form)) == form);
    CHECK(learned_from(form).training.weights.at_steps(100) == weights.at_steps(100));
    forms.insert(form.at("training").at("weights").dump());
  }
  CHECK(forms.size() == 6);
  CHECK(forms.contains(R"({"linear":{"from":0.0,"to":1.0}})"));
  CHECK(forms.contains(R"({"exponential":{"ratio":0.9}})"));
}
