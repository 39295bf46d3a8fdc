// Optimizers of `kind: trained`: a phi of an earlier run, read from its file.
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

#include "core/error.hpp"
#include "core/files.hpp"
#include "harness/compute/meta_training.hpp"
#include "harness/compute/problem.hpp"
#include "harness/compute/run_job.hpp"
#include "harness/compute/trajectories.hpp"
#include "harness/phi/phi_file.hpp"
#include "harness/plan/plan.hpp"
#include "harness/store/run_directory.hpp"
#include "harness/suite/load.hpp"
#include "harness/suite/suite.hpp"
#include "optimizers/learned_optimizer.hpp"

using namespace l2l;
namespace fs = std::filesystem;

namespace {

class TrainedSuite {
 public:
  TrainedSuite() {
    fs::create_directories(folder_ / "weights");
    phi_.architecture.lstm = {.layers = 1, .hidden = 3, .output_scale = 0.1};
    phi_.phi = initial_phi(phi_.architecture, 5);
    phi_.provenance = {{"job", "abc"}};
    file_ = write_phi_file(folder_ / "weights", phi_);
  }
  ~TrainedSuite() { fs::remove_all(folder_); }

  const TrainedPhi& phi() const { return phi_; }
  const fs::path& file() const { return file_; }

  Suite parse(const std::string& file, const std::string& optimizers = "[mine]",
              const std::string& axes = "") const {
    return parse_suite(fmt::format(R"(name: trained
optimizees: {{small: {{kind: quadratic, dimension: 3}}}}
optimizers:
  mine: {{kind: trained, file: {}}}
  lstm: {{kind: learned, meta_training: {{optimizee: small, learning_rate: 0.01}}}}
experiments:
  - {{name: all, optimizees: [small], optimizers: {}, horizon: 5, seeds: {{count: 4, per_job: 2}}{}}}
)",
                                   file, optimizers, axes),
                       (folder_ / "suite.yaml").string());
  }
  Suite parse() const { return parse("weights/" + file_.filename().string()); }

 private:
  fs::path folder_ = fs::temp_directory_path() / fmt::format("l2l-trained-{}", ::getpid());
  TrainedPhi phi_;
  fs::path file_;
};

JobResult run_alone(const Job& job, const std::function<JobResult(const std::string&)>& read) {
  return run_job(job,
                 {read, [] { return std::nullopt; }, [](const auto&) {}, [](double, const auto&) {}, [] {}});
}

}  // namespace

TEST_CASE("a trained file is evaluated without training anything") {
  const TrainedSuite fixture;
  const Plan plan = make_plan(fixture.parse());
  REQUIRE(plan.jobs.size() == 3);  // load, and two blocks of seeds
  const JobResult loaded = run_alone(plan.jobs[0], {});
  const JobResult result = run_alone(plan.jobs[2], [&](const std::string& key) {
    CHECK(key == plan.jobs[0].key);
    return loaded;
  });

  const auto family = make_family({"small", "", "quadratic", {{"dimension", 3}}});
  LearnedSpec learned;
  learned.architecture = fixture.phi().architecture;
  const auto expected = sample_trajectories(
      *family, Role::test, 2, 2, 5,
      [&] {
        auto optimizer =
            std::make_unique<LearnedOptimizer<float>>(learned.architecture, assign_phi(learned, *family));
        optimizer->set_phi(fixture.phi().phi);
        return optimizer;
      },
      [] {});
  CHECK(std::get<std::vector<float>>(result.arrays.at("losses").values) ==
        std::vector<float>(expected.begin(), expected.end()));
}

TEST_CASE("keys name the trained weights, not the path they come from") {
  const TrainedSuite fixture;
  const Plan plan = make_plan(fixture.parse());
  const fs::path copy = fixture.file().parent_path() / "another-name.npz";
  fs::copy_file(fixture.file(), copy);
  CHECK(make_plan(fixture.parse("weights/another-name.npz")).jobs[2].key == plan.jobs[2].key);

  const Suite resolved = parse_suite(fixture.parse().canonical_yaml, "elsewhere/suite.yaml");
  CHECK(make_plan(resolved).jobs[2].key == plan.jobs[2].key);

  TrainedPhi other = fixture.phi();
  other.phi[0] += 1;
  const auto file = write_phi_file(fixture.file().parent_path(), other);
  CHECK(make_plan(fixture.parse("weights/" + file.filename().string())).jobs[2].key != plan.jobs[2].key);
}

TEST_CASE("axes of optimizers leave a trained file as it is") {
  const TrainedSuite fixture;
  const auto with_axis = [&](const std::string& optimizers) {
    return fixture.parse("weights/" + fixture.file().filename().string(), "[mine" + optimizers + "]",
                         ", axes: {optimizer.hidden: [5]}");
  };
  CHECK_THROWS_WITH(with_axis(""), Catch::Contains("touches none of its optimizers"));
  const Plan plain = make_plan(fixture.parse()), swept = make_plan(with_axis(", lstm"));
  const auto& mine = swept.cells.at(0).at(0);
  CHECK(swept.jobs[mine.select.at(0)].key == plain.jobs[0].key);
  CHECK(swept.jobs[mine.evaluate.at(0)].key == plain.jobs[1].key);
}

TEST_CASE("a run keeps the trained files that its suite names, and is read with them alone") {
  const TrainedSuite fixture;
  const fs::path root = fixture.file().parent_path() / "runs/trained";
  const RunDirectory directory(root);
  directory.write_suite(fixture.parse());
  const std::string key = make_plan(fixture.parse()).jobs[0].key;
  TrainedPhi other = fixture.phi();
  other.phi[0] += 1;
  const auto file = write_phi_file(fixture.file().parent_path(), other);
  fs::rename(file, fixture.file());
  CHECK(make_plan(fixture.parse()).jobs[0].key != key);
  CHECK(make_plan(directory.load()).jobs[0].key == key);
  fs::remove(fixture.file());
  const Plan plan = make_plan(directory.load());
  CHECK(plan.jobs[0].key == key);
  CHECK(std::get<std::vector<float>>(run_alone(plan.jobs[0], {}).arrays.at("phi").values) ==
        fixture.phi().phi);
}

TEST_CASE("a trained file that is missing, damaged or swapped after planning is refused") {
  const TrainedSuite fixture;
  CHECK_THROWS_AS(fixture.parse("weights/absent.npz"), Error);
  const Plan plan = make_plan(fixture.parse());
  TrainedPhi other = fixture.phi();
  other.phi[0] += 1;
  const auto file = write_phi_file(fixture.file().parent_path(), other);
  fs::rename(file, fixture.file());
  CHECK_THROWS_WITH(run_alone(plan.jobs[0], {}), Catch::Contains("another trained optimizer"));
  write_file_atomically(fixture.file(), "no zip");
  CHECK_THROWS_AS(fixture.parse(), Error);
}
