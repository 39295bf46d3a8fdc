// A kind of optimizees that the harness has never heard of: registered here, it is read, checked, swept,
// planned, keyed and computed.
#include <algorithm>

#include <catch2/catch.hpp>

#include "harness/compute/run_job.hpp"
#include "harness/plan/plan.hpp"
#include "harness/suite/json_schema.hpp"
#include "harness/suite/load.hpp"
#include "harness/suite/schema.hpp"
#include "optimizees/kind_of.hpp"

using namespace l2l;

namespace {

struct BowlSettings {
  std::size_t size = 2;
  double scale = 1;
};

}  // namespace

namespace l2l {

template <>
const Fields<BowlSettings>& fields() {
  static const Fields<BowlSettings> described = {
      field("size", &BowlSettings::size, schema::integer(1, 9), "of a bowl").unless_default(),
      field("scale", &BowlSettings::scale, schema::positive(10), "of its walls").axis("of a bowl")};
  return described;
}

}  // namespace l2l

namespace {

/// f(theta) = scale |theta|^2, from theta_0 = 1.
class Bowl final : public Optimizee<float> {
 public:
  explicit Bowl(const BowlSettings& settings)
      : scale_(static_cast<float>(settings.scale)), groups_{{"theta", 0, settings.size}} {}
  std::size_t dimension() const override { return groups_.back().end; }
  const std::vector<ParameterGroup>& groups() const override { return groups_; }
  void initial_theta(std::span<float> theta) const override { std::fill(theta.begin(), theta.end(), 1.0F); }
  float value(std::span<const float> theta, std::uint64_t) override {
    float sum = 0;
    for (const float x : theta) sum += scale_ * x * x;
    return sum;
  }
  float value_and_gradient(std::span<const float> theta, std::uint64_t step,
                           std::span<float> gradient) override {
    for (std::size_t i = 0; i < theta.size(); ++i) gradient[i] = 2 * scale_ * theta[i];
    return value(theta, step);
  }

 private:
  float scale_;
  std::vector<ParameterGroup> groups_;
};

class BowlFamily final : public OptimizeeFamily {
 public:
  explicit BowlFamily(const BowlSettings& settings) : settings_(settings), bowl_(settings) {}
  std::size_t dimension() const override { return settings_.size; }
  const std::vector<ParameterGroup>& groups() const override { return bowl_.groups(); }
  std::unique_ptr<Optimizee<float>> sample(Role, std::uint64_t) const override {
    return std::make_unique<Bowl>(settings_);
  }

 private:
  BowlSettings settings_;
  Bowl bowl_;
};

class BowlKind final : public KindOf<BowlSettings> {
 public:
  BowlKind() : KindOf("bowl", "a round bowl", /*version=*/3) {}

 private:
  std::optional<SettingsComplaint> complaint_about(const BowlSettings& settings) const override {
    if (static_cast<double>(settings.size) * settings.scale <= 20) return std::nullopt;
    return SettingsComplaint{"scale", "scale: too steep a bowl", "make it smaller"};
  }
  OptimizeeShape shape_of(const BowlSettings& settings) const override {
    return {.groups = {{"theta", 0, settings.size}},
            .gradient_flop = 1e6 * static_cast<double>(settings.size),
            .function_bytes = 5'000'000};
  }
  std::shared_ptr<const OptimizeeFamily> family_of(const BowlSettings& settings,
                                                   const std::string&) const override {
    return std::make_shared<BowlFamily>(settings);
  }
};

// Before main(): a suite's description is put together once.
const bool kRegistered = [] {
  add_optimizee_kind(std::make_unique<BowlKind>());
  return true;
}();

Suite suite_with(const std::string& optimizee, const std::string& axes = "") {
  return parse_suite(
      "name: new\noptimizees:\n  bowl: {kind: bowl" + optimizee +
          "}\noptimizers:\n  sgd: {kind: sgd, tune: false, hyperparameters: {learning_rate: "
          "0.25}}\nexperiments:\n  - {name: e, optimizees: [bowl], optimizers: [sgd], horizon: "
          "2, seeds: 1" +
          axes + "}\n",
      "new.yaml");
}

std::string refusal(const std::string& optimizee, const std::string& axes = "") {
  try {
    suite_with(optimizee, axes);
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("a new kind of optimizee is read, checked and described like any other") {
  REQUIRE(kRegistered);
  CHECK_THAT(suite_json_schema(), Catch::Contains("bowl: a round bowl") && Catch::Contains("of its walls"));
  CHECK(suite_with(", size: 4").optimizees.front().settings == nlohmann::json{{"size", 4}, {"scale", 1.0}});
  CHECK_THAT(suite_with("").canonical_yaml, Catch::Contains("scale: 1"));
  CHECK_THAT(refusal(", size: 10"),
             Catch::Contains("new.yaml:3:28: optimizees.bowl.size: 10 is out of range"));
  CHECK_THAT(refusal(", sise: 4"), Catch::Contains("did you mean 'size'?"));
  CHECK_THAT(refusal(", size: 9, scale: 9"),
             Catch::Contains("new.yaml:3:38: optimizees.bowl.scale: too steep a bowl"));
}

TEST_CASE("a new kind of optimizee is swept along its axes and no others") {
  const auto& axes = suite::axes();
  CHECK(
      std::any_of(axes.begin(), axes.end(), [](const auto& axis) { return axis.name == "optimizee.scale"; }));
  const Suite swept = suite_with("", ", axes: {optimizee.scale: [1, 0.5]}");
  REQUIRE(swept.experiments.at(0).cells.size() == 2);
  CHECK(swept.experiments[0].cells[1].optimizee.settings.at("scale") == 0.5);
  CHECK(swept.experiments[0].cells[1].coordinates.at("optimizee.scale") == "0.5");
  CHECK_THAT(refusal("", ", axes: {optimizee.batch: [1]}"),
             Catch::Contains("does not apply to optimizee 'bowl', a bowl"));
}

TEST_CASE("a new kind of optimizee is planned, keyed and computed") {
  const Plan plan = make_plan(suite_with(", scale: 0.5"));
  REQUIRE(plan.jobs.size() == 1);
  const Job& job = plan.jobs.front();
  CHECK(job.config.at("optimizee") == nlohmann::json{{"kind", "bowl"}, {"scale", 0.5}, {"version", 3}});
  CHECK(job.flop >= 2 * 2e6);
  CHECK(job.bytes >= 5'000'000);
  CHECK(make_plan(suite_with(", scale: 0.25")).jobs.front().key != job.key);
  CHECK(make_plan(suite_with(", scale: 0.5, size: 2")).jobs.front().key == job.key);
  const JobResult result =
      run_job(job, {[](const std::string&) { return JobResult{}; }, [] { return std::nullopt; },
                    [](const auto&) {}, [](double, const auto&) {}, [] {}});
  // theta <- theta - 0.25 * 2 * 0.5 theta
  CHECK(std::get<std::vector<float>>(result.arrays.at("losses").values) ==
        std::vector<float>{1, 0.5625F, 0.31640625F});
}
