#include "harness/store/manifest.hpp"

#include <set>

#include "core/digest.hpp"
#include "core/files.hpp"
#include "datasets/catalog.hpp"
#include "optimizees/kinds.hpp"
#include "optimizers/kernels/isa.hpp"

namespace l2l {
namespace {

using nlohmann::json;

void write_manifest(const RunDirectory& directory, const json& manifest) {
  // Paths may hold bytes that are no UTF-8: replaced, not refused.
  write_file_atomically(directory.manifest(),
                        manifest.dump(2, ' ', false, json::error_handler_t::replace) + "\n");
}

}  // namespace

nlohmann::json read_manifest(const RunDirectory& directory) {
  if (!std::filesystem::exists(directory.manifest())) return nullptr;
  json manifest = json::parse(read_file(directory.manifest()), nullptr, /*allow_exceptions=*/false);
  return manifest.is_object() ? manifest : json(nullptr);
}

std::vector<std::string> datasets_of(const std::vector<Job>& jobs) {
  std::set<std::string> names;
  for (const Job& job : jobs) {
    const auto optimizee = job.config.find("optimizee");
    if (optimizee == job.config.end()) continue;
    const auto& kind = optimizee_kind(optimizee->at("kind").get<std::string>());
    for (std::string& name : kind.datasets(*optimizee)) names.insert(std::move(name));
  }
  return {names.begin(), names.end()};
}

nlohmann::json dataset_digests(const std::vector<Job>& jobs) {
  json digests = json::object();
  for (const std::string& name : datasets_of(jobs)) {
    for (const CatalogFile& file : catalog_entry(name).files) digests[name][file.name] = file.sha256;
  }
  return digests;
}

void begin_manifest(const RunDirectory& directory, const Suite& suite, const std::vector<Job>& jobs,
                    const Invocation& invocation) {
  json manifest = read_manifest(directory);
  // A damaged manifest is written anew: nothing but the history of invocations is lost.
  if (manifest.is_null()) manifest = json::object();
  json invocations = manifest.value("/invocations"_json_pointer, json());
  if (!invocations.is_array()) invocations = json::array();
  invocations.push_back({{"started", invocation.started},
                         {"command", invocation.command},
                         {"threads", invocation.threads},
                         {"max_memory", invocation.max_memory},
                         {"instruction_set", kernel_isa()}});
  manifest["format"] = 1;
  manifest["suite"] = {{"name", suite.name},
                       {"title", suite.title},
                       {"path", suite.path},
                       {"sha256", sha256_hex(suite.canonical_yaml)},
                       {"resolved", suite.canonical_yaml}};
  manifest["program"] = program_info();
  manifest["machine"] = machine_info();
  manifest["libraries"] = library_versions();
  manifest["datasets"] = dataset_digests(jobs);
  manifest["invocations"] = std::move(invocations);
  if (!manifest.contains("compute_seconds")) manifest["compute_seconds"] = 0.0;
  write_manifest(directory, manifest);
}

void end_manifest(const RunDirectory& directory, const Store& store, const std::vector<Job>& jobs,
                  const nlohmann::json& outcome) {
  json manifest = read_manifest(directory);
  L2L_CHECK(manifest.contains("invocations") && !manifest["invocations"].empty(), "{}", manifest.dump());
  json& last = manifest["invocations"].back();
  last["ended"] = utc_now();
  last.update(outcome);
  double seconds = 0;
  for (const Job& job : jobs) seconds += store.seconds(job.key).value_or(0);
  manifest["compute_seconds"] = seconds;
  write_manifest(directory, manifest);
}

}  // namespace l2l
