#include "harness/reporting/report_input.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include <catch2/catch.hpp>

#include "core/files.hpp"
#include "core/random.hpp"
#include "harness/suite/load.hpp"
#include "harness/suite/questions.hpp"
#include "reports/claims/claims.hpp"
#include "tests/unit/harness/store/test_support.hpp"

using namespace l2l;

namespace {

constexpr const char* kSuite = R"(
name: small
title: A small suite
optimizees:
  quad: {label: Quadratics, kind: quadratic, dimension: 3}
optimizers:
  lstm:
    kind: learned
    layers: 1
    hidden: 4
    meta_training: {optimizee: quad, horizon: 10, unroll: 5, epochs: 3, learning_rate: 0.01}
  adam: {kind: adam, tune: {low: 0.001, high: 1, points: 3, instances: 2}}
  sgd: {kind: sgd, hyperparameters: {learning_rate: 0.25}, tune: false}
experiments:
  - name: quad
    title: Quadratics
    optimizees: [quad]
    optimizers: [lstm, adam, sgd]
    horizon: 10
    seeds: {count: 12, first: 4, per_job: 4}
claims:
  - {id: better, statement: LSTM is below ADAM, kind: below, experiment: quad, optimizer: lstm, against: [adam], step: 10}
)";

/// What a job could have computed; the learned optimizer ends at 0.5, the baselines at 1.
JobResult made_up(const Job& job) {
  JobResult result;
  switch (job.kind) {
    case JobKind::tune:
      result.summary = {{"best", 1.0}, {"loss", 1.0}, {"at_edge", true}};
      result.arrays["rates"] = {{3}, std::vector<double>{0.001, 0.03, 1}};
      result.arrays["losses"] = {{3}, std::vector<double>{3, 2, 1}};
      break;
    case JobKind::meta_train:
    case JobKind::select:
      result.summary = {
          {"learning_rate", 0.01}, {"best_epoch", 2}, {"best_validation", 0.5}, {"epochs_done", 3}};
      result.arrays["phi"] = {{1}, std::vector<float>{1}};
      result.arrays["train_losses"] = {{3}, std::vector<double>{3, 2, 1}};
      result.arrays["validation_losses"] = {{3}, std::vector<double>{2, 0.5, 0.75}};
      break;
    case JobKind::evaluate: {
      const auto seeds = job.config.at("seeds").get<std::size_t>(),
                 first = job.config.at("first_seed").get<std::size_t>();
      std::vector<float> losses;
      for (std::size_t seed = first; seed < first + seeds; ++seed) {
        for (int t = 0; t <= 10; ++t) {
          const float end = job.config.at("optimizer").contains("learned") ? 0.5F : 1.0F;
          losses.push_back(t == 0 ? 10.0F : end + 0.001F * static_cast<float>(seed));
        }
      }
      result.arrays["losses"] = {{seeds, 11}, losses};
      result.summary = {{"diverged", 0}};
      break;
    }
  }
  return result;
}

struct Run {
  explicit Run(const std::string& text = kSuite)
      : directory(folder.path()), suite(parse_suite(text, "small.yaml")), plan(make_plan(suite)) {
    write_file_atomically(directory.suite(), text);
  }
  /// Stores what `wanted` says; one second a job.
  template <class Predicate>
  void fill(Predicate wanted) const {
    Store store(directory.store(), StoreMode::write);
    for (const Job& job : plan.jobs) {
      if (wanted(job)) store.put(job, made_up(job), 1.0);
    }
  }

  test::TemporaryFolder folder;
  RunDirectory directory;
  Suite suite;
  Plan plan;
};

bool is_evaluation_of_adam_from(const Job& job, std::uint64_t first) {
  return job.kind == JobKind::evaluate && job.config.at("first_seed") == first &&
         job.config.at("optimizer").value("rule", "") == "adam";
}

}  // namespace

/// The suite with three replicas of its learned optimizer.
std::string with_replicas() {
  std::string text = kSuite;
  return text.replace(text.find("epochs: 3"), 9, "epochs: 3, replicas: 3");
}

TEST_CASE("a curve has the losses and the jobs of every replica", "[report]") {
  const Run run(with_replicas());
  run.fill([](const Job&) { return true; });
  const Store store(run.directory.store(), StoreMode::read);
  const auto input = report_input(run.suite, run.plan, store, nullptr);
  const auto& curves = input.experiments[0].curves;
  CHECK(curves[0].losses.shape() == std::array<std::size_t, 3>{3, 12, 11});
  CHECK(curves[0].complete);
  CHECK(curves[0].seeds.size() == 12);
  REQUIRE(curves[0].sources.size() == 3 * (1 + 3));
  for (std::size_t i = 0; i < 12; ++i) {
    CHECK(curves[0].sources[i].replica == i / 4);
    CHECK((curves[0].sources[i].kind == "select") == (i % 4 == 0));
  }
  CHECK(curves[1].losses.shape() == std::array<std::size_t, 3>{1, 12, 11});
  REQUIRE(input.meta_trainings.size() == 3);
  for (std::size_t r = 0; r < 3; ++r) {
    CHECK(input.meta_trainings[r].replica == r);
    CHECK(input.meta_trainings[r].replicas == 3);
  }
}

TEST_CASE(
    "of a run that is not finished a curve has the replicas that have begun and the seeds that they share",
    "[report]") {
  const Run run(with_replicas());
  const CellJobs& jobs = run.plan.cells[0][0];
  std::set<std::string> left_out;  // all of the first replica, the second block of the last one
  for (const std::size_t index : jobs.evaluations(0)) left_out.insert(run.plan.jobs[index].key);
  left_out.insert(run.plan.jobs[jobs.evaluations(2)[1]].key);
  run.fill([&](const Job& job) { return !left_out.contains(job.key); });
  const Store store(run.directory.store(), StoreMode::read);
  const auto input = report_input(run.suite, run.plan, store, nullptr);
  const reports::Curve& curve = input.experiments[0].curves[0];
  CHECK_FALSE(curve.complete);
  CHECK(curve.seeds == std::vector<std::uint64_t>{4, 5, 6, 7, 12, 13, 14, 15});
  CHECK(curve.losses.shape() == std::array<std::size_t, 3>{2, 8, 11});
  CHECK(curve.replica_number(0) == 1);
  CHECK(curve.replica_number(1) == 2);
}

TEST_CASE("of a run that has not begun a curve is empty", "[report]") {
  const Run run(with_replicas());
  run.fill([](const Job&) { return false; });
  const Store store(run.directory.store(), StoreMode::read);
  const auto input = report_input(run.suite, run.plan, store, nullptr);
  CHECK(input.experiments[0].curves[0].losses.shape() == std::array<std::size_t, 3>{1, 0, 11});
  CHECK_FALSE(input.experiments[0].curves[0].complete);
}

TEST_CASE("a finished run becomes plain structs", "[report]") {
  const Run run;
  run.fill([](const Job&) { return true; });
  const Store store(run.directory.store(), StoreMode::read);
  const auto input = report_input(run.suite, run.plan, store, nullptr);
  CHECK(input.title == "A small suite");
  CHECK(input.notes.empty());
  CHECK(input.command == "./l2lbench run small.yaml");
  REQUIRE(input.experiments.size() == 1);
  REQUIRE(input.experiments[0].curves.size() == 3);
  const auto& curves = input.experiments[0].curves;
  CHECK(curves[0].learned);
  CHECK(curves[0].rule == "lstm");
  CHECK(curves[0].optimizee_label == "Quadratics");
  REQUIRE(curves[0].seeds.size() == 12);
  CHECK(curves[0].seeds.front() == 4);
  CHECK(curves[0].seeds.back() == 15);
  REQUIRE(curves[0].losses.shape() == std::array<std::size_t, 3>{1, 12, 11});
  CHECK(curves[0].losses(0, 11, 10) == 0.5F + 0.001F * 15);  // rows follow the seeds over the borders of jobs
  CHECK(curves[0].complete);
  CHECK(curves[1].label == "ADAM");
  CHECK(curves[1].learning_rate == 1.0);
  CHECK(curves[1].tune_losses == std::vector<double>{3, 2, 1});
  CHECK(curves[2].learning_rate == 0.25);  // as the suite says, not tuned
  CHECK(curves[2].tune_rates.empty());
  REQUIRE(input.meta_trainings.size() == 1);
  CHECK(input.meta_trainings[0].selected_epoch == 2);
  CHECK(input.meta_trainings[0].optimizee_label == "Quadratics");
  CHECK(input.meta_trainings[0].seconds == 2);  // one training and the selection
  REQUIRE(input.claims.size() == 1);
}

TEST_CASE("claims and figures reach the report as the suite has them", "[report]") {
  std::string text = kSuite;
  text.replace(text.find("claims:"), std::string::npos, R"(  - name: sweep
    optimizees: [quad]
    optimizers: [lstm, sgd]
    horizon: 8
    seeds: 2
    axes: {optimizee.dimension: [2, 3], optimizee.init_stddev: [0.5, 1.5]}
figures:
  - {name: f, title: F, kind: curves, experiments: [quad], log_y: false, y_low: -1, y_high: 7, first_step: 2, last_step: 9, normalise: true}
  - {name: g, kind: scatter, experiments: [sweep], x_axis: optimizee.dimension, panel_axis: optimizee.init_stddev}
  - {name: h, kind: reached, experiments: [quad], target: 0.125, normalise: true, columns: 2, x: seconds}
  - {name: i, kind: curves, experiments: [quad], band: quantiles, loss_axis: own}
  - {name: j, kind: updates, experiments: [quad], optimizers: [lstm, sgd], steps: [1, 7]}
claims:
  - {id: c, statement: S, source: figure 1, kind: at_most, experiment: sweep, optimizer: sgd, step: 7, threshold: 0.25,
     confidence: 0.75, paper_value: 0.125, where: {optimizee: quad, optimizee.dimension: 3}}
  - {id: r, statement: S, kind: ratio, experiment: quad, optimizer: lstm, against: [sgd], step: 7, ratio: 0.5}
  - {id: w, statement: S, kind: most_seeds, experiment: quad, optimizer: lstm, against: [sgd], step: 7, share: 0.75, minimum_effect: 0.1}
  - {id: p, statement: S, kind: most_points, experiment: sweep, optimizer: lstm, against: [sgd], step: 7, more_than: 3}
)");
  const Suite suite = parse_suite(text, "small.yaml");
  const test::TemporaryFolder folder;
  const Store store(folder.path() / "store.sqlite", StoreMode::write);
  const auto input = report_input(suite, make_plan(suite), store, nullptr);
  REQUIRE(input.figures.size() == 5);
  CHECK(input.figures[2].kind == reports::FigureKind::reached);
  CHECK(input.figures[2].target == 0.125);
  CHECK(input.figures[2].normalise);
  CHECK(input.figures[2].columns == 2);
  CHECK(input.figures[2].x == reports::Cost::seconds);
  CHECK(input.figures[3].x == reports::Cost::steps);
  CHECK_THAT(suite.canonical_yaml, Catch::Contains("x: seconds") && !Catch::Contains("x: steps"));
  CHECK(input.figures[3].band == reports::Band::quantiles);
  CHECK(input.figures[3].own_loss_axes);
  CHECK_FALSE(input.figures[0].own_loss_axes);
  CHECK(suite.figures[4].optimizers == std::vector<std::string>{"lstm", "sgd"});
  CHECK(suite.figures[4].steps == std::vector<int>{1, 7});
  CHECK(input.updates.empty());  // nothing has been trained
  const reports::Figure &curves = input.figures[0], &scatter = input.figures[1];
  CHECK(curves.kind == reports::FigureKind::curves);
  CHECK(curves.title == "F");
  CHECK(curves.experiments == std::vector<std::string>{"quad"});
  CHECK_FALSE(curves.log_y);
  CHECK(curves.normalise);
  CHECK(curves.y_low == -1.0);
  CHECK(curves.y_high == 7.0);
  CHECK(curves.first_step == 2);
  CHECK(curves.last_step == 9);
  CHECK(scatter.kind == reports::FigureKind::scatter);
  CHECK(scatter.x_axis == "optimizee.dimension");
  CHECK(scatter.panel_axis == "optimizee.init_stddev");
  CHECK(scatter.log_y);
  REQUIRE(input.claims.size() == 4);
  CHECK(input.claims[1].ratio == 0.5);
  CHECK(input.claims[2].share == 0.75);
  CHECK(input.claims[2].minimum_effect == 0.1);
  CHECK(input.claims[3].more_than == 3);
  const reports::Claim& claim = input.claims[0];
  CHECK(claim.minimum_effect == 0);
  CHECK(claim.id == "c");
  CHECK(claim.statement == "S");
  CHECK(claim.source == "figure 1");
  CHECK(claim.kind == "at_most");
  CHECK(claim.experiment == "sweep");
  CHECK(claim.optimizer == "sgd");
  CHECK(claim.step == 7);
  CHECK(claim.threshold == 0.25);
  CHECK(claim.confidence == 0.75);
  CHECK(claim.paper_value == 0.125);
  CHECK(claim.where ==
        std::map<std::string, std::string>{{"optimizee", "quad"}, {"optimizee.dimension", "3"}});
}

TEST_CASE("the time behind a phi counts every training and selection once", "[report]") {
  std::string text = kSuite;
  const std::string rate = "learning_rate: 0.01}";
  text.replace(text.find(rate), rate.size(), "seeds: 2, learning_rate: {search: {samples: 3, epochs: 1}}}");
  const Suite suite = parse_suite(text, "small.yaml");
  const Plan plan = make_plan(suite);
  const test::TemporaryFolder folder;
  Store store(folder.path() / "store.sqlite", StoreMode::write);
  for (const Job& job : plan.jobs) store.put(job, made_up(job), 1.0);
  const auto input = report_input(suite, plan, store, nullptr);
  REQUIRE(input.meta_trainings.size() == 1);
  CHECK(input.meta_trainings[0].seconds == 3 + 1 + 2 + 1);  // candidates, their selection, trainings, theirs
}

TEST_CASE("of many failures the first ten are listed and the others counted", "[report]") {
  std::string text = kSuite;
  text.replace(text.find("per_job: 4"), 10, "per_job: 1");
  const Suite suite = parse_suite(text, "small.yaml");
  const Plan plan = make_plan(suite);
  const test::TemporaryFolder folder;
  Store store(folder.path() / "store.sqlite", StoreMode::write);
  std::size_t failed = 0;
  for (const Job& job : plan.jobs) {
    if (job.kind == JobKind::evaluate && failed < 12) {
      store.put_failure(job, "no");
      ++failed;
    } else {
      store.put(job, made_up(job), 1.0);
    }
  }
  const auto notes = report_input(suite, plan, store, nullptr).notes;
  REQUIRE(notes.size() == 11);
  CHECK(notes.back() == "2 more jobs failed.");
}

TEST_CASE("an unfinished run says what is missing", "[report]") {
  const Run run;
  run.fill([](const Job& job) {
    return !is_evaluation_of_adam_from(job, 8) && !is_evaluation_of_adam_from(job, 12) &&
           job.kind != JobKind::select;
  });
  {
    Store store(run.directory.store(), StoreMode::write);
    for (const Job& job : run.plan.jobs) {
      if (is_evaluation_of_adam_from(job, 8)) store.put_failure(job, "out of luck");
    }
  }
  const Store store(run.directory.store(), StoreMode::read);
  const auto input = report_input(run.suite, run.plan, store, nullptr);
  REQUIRE(input.notes.size() == 2);
  CHECK_THAT(input.notes[0], Catch::Contains("2 of"));
  CHECK_THAT(input.notes[1], Catch::StartsWith("Failed: ") && Catch::Contains("out of luck"));
  const auto& adam = input.experiments[0].curves[1];
  CHECK_FALSE(adam.complete);
  CHECK(adam.seeds == std::vector<std::uint64_t>{4, 5, 6, 7});
  CHECK(adam.losses.shape() == std::array<std::size_t, 3>{1, 4, 11});
  CHECK(input.meta_trainings.empty());
  CHECK(reports::judge(input).front().verdict == reports::Verdict::not_run);
}

TEST_CASE("optimizers that share a label are told apart by name", "[report]") {
  std::string text = kSuite;
  text.replace(text.find("  sgd:"), text.find("experiments:") - text.find("  sgd:"),
               "  sgd: {kind: adam, hyperparameters: {learning_rate: 0.25}, tune: false}\n");
  const Suite suite = parse_suite(text, "small.yaml");
  const Plan plan = make_plan(suite);
  const test::TemporaryFolder folder;
  const Store store(folder.path() / "store.sqlite", StoreMode::write);
  const auto input = report_input(suite, plan, store, nullptr);
  CHECK(input.experiments[0].curves[1].label == "ADAM (adam)");
  CHECK(input.experiments[0].curves[2].label == "ADAM (sgd)");
}

TEST_CASE("the report of a run directory", "[report]") {
  const Run run;
  run.fill([](const Job&) { return true; });
  write_file_atomically(run.directory.manifest(), R"({
    "suite": {"name": "small", "path": "suites/small.yaml", "resolved": "name: small-resolved", "sha256": "12ab"},
    "program": {"version": "0.1.0", "revision": "0123456789abcdef", "dirty": true},
    "machine": {"cpu": "Abacus", "instruction_set": "avx2", "hardware_threads": 2},
    "datasets": {"mnist": {"images": "fe"}},
    "invocations": [{"started": "2026-11-23T20:00:00Z", "threads": 2, "ended": "2026-11-23T21:00:00Z"}],
    "compute_seconds": 3700})");
  reports::ReportOptions options;
  options.figures = false;
  const RunReport result = make_report(run.directory.root(), options);
  CHECK(result.report.verdicts.front().verdict == reports::Verdict::reproduced);
  CHECK(result.report.page == run.directory.report() / "report.md");
  const std::string page = read_file(result.report.page);
  for (const char* text :
       {"Run of 2026-11-23 on Abacus, avx2, 2 threads. Program: l2lbench 0.1.0, revision 0123456789ab with "
        "local changes.",
        "./l2lbench run suites/small.yaml", "| Computing time, summed over jobs | 1 h 01 min |",
        "| mnist: images | fe |", "The best learning rate of ADAM lies at the edge"}) {
    CHECK_THAT(page, Catch::Contains(text));
  }
  CHECK_THAT(page, !Catch::Contains("small-resolved"));
  CHECK_THAT(page, !Catch::Contains("Times started"));
  write_file_atomically(run.directory.manifest(), R"({"invocations": [{"threads": 1}, {"threads": 1}]})");
  CHECK_THAT(read_file(make_report(run.directory.root(), options).report.page),
             Catch::Contains("| Times started | 2 |"));
  // elsewhere, and with a manifest that is damaged
  write_file_atomically(run.directory.manifest(), "{");
  CHECK(make_report(run.directory.root(), options, run.folder.path() / "elsewhere").report.page ==
        run.folder.path() / "elsewhere" / "report.md");
}

TEST_CASE("a folder that is no run is an error that names it", "[report]") {
  const test::TemporaryFolder folder;
  CHECK_THROWS_WITH(make_report(folder.path() / "nothing"),
                    Catch::Contains("nothing") && Catch::Contains("no such"));
}
