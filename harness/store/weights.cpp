#include "harness/store/weights.hpp"

#include <algorithm>

#include "core/error.hpp"
#include "harness/phi/phi_file.hpp"
#include "harness/plan/plan.hpp"
#include "harness/store/manifest.hpp"

namespace l2l {

void export_weights(const std::filesystem::path& folder, const std::vector<Job>& jobs, const Job& select,
                    const JobResult& result) {
  if (select.reads.empty()) return;  // it was loaded from such a file
  const std::string& chosen = select.reads.at(result.summary.at("chosen").get<std::size_t>());
  const auto training =
      std::find_if(jobs.begin(), jobs.end(), [&](const Job& job) { return job.key == chosen; });
  L2L_CHECK(training != jobs.end(), "{} reads {}, which is not in the plan", select.label, chosen);
  const nlohmann::json program = program_info();
  TrainedPhi trained;
  trained.architecture = architecture_from(result.summary.at("lstm"));
  trained.phi_groups = result.summary.at("phi_groups").get<std::vector<std::vector<std::string>>>();
  trained.phi = std::get<std::vector<float>>(result.arrays.at("phi").values);
  trained.provenance = {
      {"job", select.key},
      {"training_job", chosen},
      {"training", training->config},
      {"learning_rate", result.summary.at("learning_rate")},
      {"best_epoch", result.summary.at("best_epoch")},
      {"best_validation", result.summary.at("best_validation")},
      {"program", {{"version", program.at("version")}, {"revision", program.at("revision")}}}};
  write_phi_file(folder, trained);
}

void export_stored_weights(const std::filesystem::path& folder, const std::vector<Job>& jobs,
                           const Store& store) {
  for (const Job& job : jobs) {
    if (job.kind != JobKind::select) continue;
    if (const auto result = store.get(job.key)) export_weights(folder, jobs, job, *result);
  }
}

}  // namespace l2l
