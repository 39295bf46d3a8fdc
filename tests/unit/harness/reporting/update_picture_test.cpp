// Updates over gradients: rules by their equations, a learned optimizer by what it did on the problem itself.
#include "harness/reporting/update_picture.hpp"

#include <cmath>

#include <catch2/catch.hpp>

#include "harness/compute/function_batch.hpp"
#include "harness/compute/problem.hpp"
#include "harness/suite/load.hpp"
#include "harness/suite/questions.hpp"
#include "optimizers/learned_optimizer.hpp"
#include "tests/unit/harness/store/test_support.hpp"

using namespace l2l;

namespace {

constexpr const char* kPictureSuite = R"(
name: small
optimizees:
  quad: {kind: quadratic, dimension: 5, init_stddev: 1}
optimizers:
  lstm:
    kind: learned
    layers: 1
    hidden: 4
    meta_training: {optimizee: quad, horizon: 10, unroll: 5, epochs: 3, learning_rate: 0.01}
  sgd: {kind: sgd, hyperparameters: {learning_rate: 0.25}, tune: false}
  adam: {kind: adam, tune: {low: 0.001, high: 1, points: 3, instances: 2}}
experiments:
  - {name: e, optimizees: [quad], optimizers: [lstm, sgd, adam], horizon: 10, seeds: {count: 2, first: 7}}
figures:
  - {name: f, kind: updates, experiments: [e], optimizers: [lstm, sgd, adam], steps: [1, 4]}
)";

std::vector<float> made_up_phi(const ArchitectureSpec& spec) {
  std::vector<float> phi(phi_size(spec));
  for (std::size_t i = 0; i < phi.size(); ++i) phi[i] = 0.3F * std::sin(static_cast<float>(7 * i + 1));
  return phi;
}

struct Made {
  Suite suite = parse_suite(kPictureSuite, "small.yaml");
  Plan plan = make_plan(suite);
  test::TemporaryFolder folder;
  Store store{folder.path() / "store.sqlite", StoreMode::write};

  void fill(JobKind kind) {
    for (const Job& job : plan.jobs) {
      if (job.kind != kind) continue;
      JobResult result;
      if (kind == JobKind::tune) {
        result.summary = {{"best", 0.5}};
      } else {
        const auto phi = made_up_phi(suite.optimizers.front().learned->architecture);
        result.arrays["phi"] = {{phi.size()}, phi};
      }
      store.put(job, result, 1.0);
    }
  }
};

}  // namespace

TEST_CASE("an update picture needs its phi and its tuned rates", "[report]") {
  Made made;
  CHECK_FALSE(update_picture(made.suite.figures[0], made.suite, made.plan, made.store));
  made.fill(JobKind::select);
  CHECK_FALSE(update_picture(made.suite.figures[0], made.suite, made.plan, made.store));
  made.fill(JobKind::tune);
  CHECK(update_picture(made.suite.figures[0], made.suite, made.plan, made.store));
}

TEST_CASE("updates over gradients are those of the rules and of the trained optimizer", "[report]") {
  Made made;
  made.fill(JobKind::select);
  made.fill(JobKind::tune);
  const auto picture = update_picture(made.suite.figures[0], made.suite, made.plan, made.store);
  REQUIRE(picture->panels.size() == 2);
  CHECK(picture->figure == "f");

  // The learned optimizer on the problem itself: gradients and updates of all coordinates.
  const ArchitectureSpec& architecture = made.suite.optimizers.front().learned->architecture;
  LearnedOptimizer<float> optimizer(architecture, PhiAssignment::shared(5));
  optimizer.set_phi(made_up_phi(architecture));
  optimizer.start_batch(1, 5);
  const auto family = make_family(made.suite.optimizees.front());
  FunctionBatch<float> function = sample_batch(*family, Role::test, 7, 1);
  std::vector<float> theta(5), loss(1);
  function.initial_theta(theta);
  std::vector<std::vector<float>> gradients, updates;
  for (std::size_t t = 0; t < 4; ++t) {
    function.values_and_gradients(theta, t, loss, gradients.emplace_back(5));
    const std::vector<float> before = theta;
    optimizer.step(gradients.back(), theta);
    for (std::size_t i = 0; i < 5; ++i) updates.resize(t + 1), updates[t].push_back(theta[i] - before[i]);
  }
  std::size_t coordinate = 0;
  while (static_cast<double>(gradients[0][coordinate]) != picture->panels[0].seen) ++coordinate;

  for (const auto& panel : picture->panels) {
    const auto t = static_cast<std::size_t>(panel.step) - 1;
    CHECK(panel.seen == gradients[t][coordinate]);
    const std::size_t met = panel.seen > 0 ? 100 : 60;  // where the gradient that was met is on the axis
    CHECK(panel.gradients[met] == Approx(panel.seen).epsilon(1e-5));
    CHECK(panel.proposals[0].updates[met] == Approx(updates[t][coordinate]).epsilon(1e-3).margin(1e-6));
    for (std::size_t i = 0; i < panel.gradients.size(); ++i)
      CHECK(panel.proposals[1].updates[i] == Approx(-0.25 * panel.gradients[i]).margin(1e-5));
  }
  // ADAM's first step is its learning rate, whatever the gradient.
  const auto& adam = picture->panels[0].proposals[2].updates;
  CHECK(adam.front() == Approx(0.5).epsilon(1e-4));
  CHECK(adam.back() == Approx(-0.5).epsilon(1e-4));
  CHECK(adam[80] == 0);
}
