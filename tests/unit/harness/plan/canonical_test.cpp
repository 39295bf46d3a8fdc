// Canonical configurations, which seeds and keys derive from: pinned as they were when the first results were
// stored. A change here gives every problem, every search and every trained optimizer another identity.
#include <catch2/catch.hpp>

#include "harness/plan/plan.hpp"

using namespace l2l;
using nlohmann::json;

namespace {

json split() {
  return {{"train", {{"part", "train"}, {"begin", 0}, {"end", 40000}}},
          {"validation", {{"part", "train"}, {"begin", 40000}, {"end", 50000}}},
          {"test", {{"part", "test"}, {"begin", 0}, {"end", 10000}}}};
}

const std::string kSplit =
    R"("split":{"test":{"begin":0,"end":10000,"part":"test"},"train":{"begin":0,"end":40000,"part":"train"},)"
    R"("validation":{"begin":40000,"end":50000,"part":"train"}}})";

std::string of(const std::string& kind, const json& settings) {
  const OptimizeeSpec spec{"name", "label", kind, settings};
  const json config = canonical(spec);
  CHECK(canonical(optimizee_from(config)) == config);
  return config.dump();
}

}  // namespace

TEST_CASE("the identity of every kind of optimizee is what it always was") {
  CHECK(of("quadratic", {{"condition", 7}}) ==
        R"({"dimension":10,"distribution":"gaussian","init_stddev":0.01,"kind":"quadratic"})");
  CHECK(
      of("quadratic", {{"distribution", "spectrum"}, {"condition", 50}, {"dimension", 3}}) ==
      R"({"condition":50.0,"dimension":3,"distribution":"spectrum","init_stddev":0.01,"kind":"quadratic"})");
  CHECK(of("mlp", {{"split", split()}}) ==
        R"({"activation":"sigmoid","batch":128,"dataset":"mnist","hidden":[20],"init_stddev":0.01,)"
        R"("kind":"mlp",)" +
            kSplit);
  CHECK(
      of("mlp", {{"split", split()},
                 {"labels", {3, 1}},
                 {"hidden", {20, 5}},
                 {"activation", "relu"},
                 {"batch", 64},
                 {"init_stddev", 0.05}}) ==
      R"({"activation":"relu","batch":64,"dataset":"mnist","hidden":[20,5],"init_stddev":0.05,"kind":"mlp",)"
      R"("labels":[3,1],)" +
          kSplit);
  const std::string layer = R"({"channels":16,"kernel":5,"padding":2,"pool":2})";
  CHECK(of("convnet", {{"split", split()}}) ==
        R"({"batch":128,"batch_norm_scale":false,"bias":true,"convolutions":[)" + layer + "," + layer + "," +
            layer + R"(],"dataset":"cifar10","hidden":[32],"init_stddev":0.01,"kind":"convnet",)" + kSplit);
  CHECK(of("convnet",
           {{"split", split()},
            {"hidden", json::array()},
            {"bias", false},
            {"batch_norm_scale", true},
            {"convolutions", json::array({{{"channels", 4}, {"kernel", 3}, {"padding", 0}, {"pool", 3}}})},
            {"labels", {7}}}) ==
        R"({"batch":128,"batch_norm_scale":true,"bias":false,"convolutions":[{"channels":4,"kernel":3,)"
        R"("padding":0,"pool":3}],"dataset":"cifar10","hidden":[],"init_stddev":0.01,"kind":"convnet",)"
        R"("labels":[7],)" +
            kSplit);
}

TEST_CASE("the canonical form of every architecture and its training is what it always was") {
  ArchitectureSpec spec;
  CHECK(canonical(spec).dump() ==
        R"({"hidden":20,"layers":2,"output_scale":1.0,"p":10.0,"preprocessing":"none"})");
  spec.kind = Architecture::lstm_gac;
  CHECK(canonical(spec).dump() ==
        R"({"architecture":"lstm-gac","global_cells":5,"hidden":20,"layers":2,"output_scale":1.0,"p":10.0,)"
        R"("preprocessing":"none"})");
  spec.kind = Architecture::ntm_bfgs;
  CHECK(canonical(spec).dump() ==
        R"({"architecture":"ntm-bfgs","global_cells":5,"hidden":20,"layers":2,"memory_init":1.0,)"
        R"("output_scale":1.0,"p":10.0,"preprocessing":"none","read_heads":1,"write_heads":3})");
  LearnedSpec learned;
  learned.architecture.kind = Architecture::ntm_l_bfgs;
  learned.architecture.head_init = 0.1;
  learned.architecture.history = 7;
  learned.architecture.lstm.preprocessing = Preprocessing::log_and_sign;
  learned.phi_groups = {{"conv"}, {"fc"}};
  const std::string architecture =
      R"({"architecture":"ntm-l-bfgs","global_cells":5,"head_init":0.1,"hidden":20,"history":7,"layers":2,)"
      R"("memory_init":1.0,"output_scale":1.0,"p":10.0,"preprocessing":"log-and-sign","read_heads":1,)"
      R"("write_heads":3})";
  CHECK(canonical(learned).dump() ==
        R"({"architecture":"ntm-l-bfgs","lstm":)" + architecture +
            R"(,"phi_groups":[["conv"],["fc"]],"training":{"final_learning_rate_ratio":1.0,)"
            R"("gradient_clip":0.0,"horizon":100,"horizons_per_epoch":50,"instances":1,"patience":0,)"
            R"("unroll":20,"validation_instances":16,"weights":"all"}})");
  LearnedSpec kept;
  kept.training.second_derivatives = true;
  kept.training.weights.kind = MetaLossWeights::Kind::last;
  CHECK(canonical(kept).at("training").dump() ==
        R"({"final_learning_rate_ratio":1.0,"gradient_clip":0.0,"horizon":100,"horizons_per_epoch":50,)"
        R"("instances":1,"patience":0,"second_derivatives":true,"unroll":20,"validation_instances":16,)"
        R"("weights":"last"})");
}

TEST_CASE("a canonical form that lacks what decides a result is refused") {
  json config = canonical(OptimizeeSpec{"", "", "quadratic", json::object()});
  config.erase("dimension");
  CHECK_THROWS_AS(optimizee_from(config), json::exception);
  config = canonical(ArchitectureSpec());
  config.erase("hidden");
  CHECK_THROWS_AS(architecture_from(config), json::exception);
}
