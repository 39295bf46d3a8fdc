// What is written about a trained optimizer beside its weights.
#include "harness/store/weights.hpp"

#include <catch2/catch.hpp>

#include "harness/phi/phi_file.hpp"
#include "harness/plan/plan.hpp"
#include "harness/store/manifest.hpp"
#include "optimizers/lstm.hpp"
#include "tests/unit/harness/store/test_support.hpp"

namespace l2l {
namespace {

using test::job_named;

TEST_CASE("the weights that were selected are written with where they come from") {
  const test::TemporaryFolder folder;
  const std::vector<Job> jobs = {job_named("first", {}, JobKind::meta_train),
                                 job_named("second", {}, JobKind::meta_train)};
  const Job select = job_named("select", {jobs[0].key, jobs[1].key}, JobKind::select);
  const LstmSpec lstm{.layers = 1, .hidden = 3};
  JobResult result;
  result.summary = {
      {"chosen", 1},          {"lstm", canonical(lstm)}, {"phi_groups", nlohmann::json::array()},
      {"learning_rate", 0.5}, {"best_epoch", 7},         {"best_validation", 0.25}};
  result.arrays["phi"] = {{phi_size(lstm)}, initial_phi(lstm, 3)};
  export_weights(folder.path(), jobs, select, result);

  std::vector<std::filesystem::path> files(std::filesystem::directory_iterator(folder.path()), {});
  REQUIRE(files.size() == 1);
  const TrainedPhi trained = read_phi_file(files[0]);
  CHECK(trained.phi == initial_phi(lstm, 3));
  const nlohmann::json& from = trained.provenance;
  CHECK(from.at("job") == select.key);
  CHECK(from.at("training_job") == jobs[1].key);
  CHECK(from.at("training") == jobs[1].config);
  CHECK(from.at("learning_rate") == 0.5);
  CHECK(from.at("best_epoch") == 7);
  CHECK(from.at("best_validation") == 0.25);
  CHECK(from.at("program").at("revision") == program_info().at("revision"));
}

TEST_CASE("weights that were loaded from a file are not written again") {
  const test::TemporaryFolder folder;
  export_weights(folder.path(), {}, job_named("load", {}, JobKind::select), {});
  CHECK(std::filesystem::is_empty(folder.path()));
}

}  // namespace
}  // namespace l2l
