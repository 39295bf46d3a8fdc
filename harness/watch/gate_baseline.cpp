#include "harness/watch/gate_baseline.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/digest.hpp"
#include "core/error.hpp"
#include "core/files.hpp"
#include "core/json.hpp"
#include "harness/plan/plan.hpp"
#include "harness/reporting/report_input.hpp"
#include "harness/store/manifest.hpp"
#include "harness/store/run_directory.hpp"
#include "harness/store/store.hpp"
#include "reports/claims/claims.hpp"

namespace l2l {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using reports::GateCell;
using reports::GateRun;

constexpr const char* kFormat = "l2lbench gate baseline";
constexpr int kVersion = 1;
constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// Of the phi that is evaluated; of several replicas over all of theirs. Empty where one is missing.
std::string phi_digest(const Plan& plan, const CellJobs& jobs, const Store& store) {
  std::string digests;
  for (const std::size_t index : jobs.select) {
    const auto digest = store.digest(plan.jobs[index].key);
    if (!digest) return "";
    digests += *digest;
  }
  return jobs.select.size() > 1 ? sha256_hex(digests) : digests;
}

GateRun run_of(const fs::path& path) {
  const RunDirectory directory(path);
  directory.check_exists();
  const Suite suite = directory.load();
  const Plan plan = make_plan(suite);
  const Store store(directory.store(), StoreMode::peek);
  const json manifest = read_manifest(directory);
  const reports::ReportInput input = report_input(suite, plan, store, manifest);
  GateRun run;
  run.name = path.string();
  run.revision = manifest.is_object() ? manifest.value("/program/revision"_json_pointer, "") : "";
  run.settings = suite.gate;
  run.notes = input.notes;
  for (std::size_t e = 0; e < plan.cells.size(); ++e) {
    for (std::size_t c = 0; c < plan.cells[e].size(); ++c) {
      const reports::Curve& curve = input.experiments[e].curves[c];
      const CellJobs& jobs = plan.cells[e][c];
      GateCell cell;
      cell.experiment = curve.experiment;
      cell.optimizee = curve.optimizee;
      cell.optimizer = curve.optimizer;
      cell.coordinates = curve.coordinates;
      cell.horizon = curve.horizon;
      cell.complete = curve.complete;
      cell.problem = sha256_hex(canonical(suite.experiments[e].cells[c].optimizee).dump());
      for (const std::size_t index : jobs.evaluate) {
        const Job& job = plan.jobs[index];
        if (const auto digest = store.digest(job.key)) cell.jobs[job.key] = *digest;
      }
      cell.phi = phi_digest(plan, jobs, store);
      reports::fill_metrics(curve, cell);
      if (!cell.seeds.empty()) run.cells.push_back(std::move(cell));
    }
  }
  for (const reports::ClaimVerdict& verdict : reports::judge(input))
    run.claims[verdict.claim.id] = reports::to_string(verdict.verdict);
  return run;
}

json losses_to_json(const std::vector<float>& losses) {
  json numbers = json::array();
  for (const float loss : losses) numbers.push_back(std::isfinite(loss) ? json(loss) : json());
  return numbers;
}

std::vector<float> losses_from_json(const json& numbers) {
  std::vector<float> losses;
  for (const json& number : numbers) losses.push_back(number.is_null() ? kInfinity : number.get<float>());
  return losses;
}

json settings_to_json(const reports::GateSettings& settings) {
  return {{"false_alarms", settings.false_alarms},     {"final_loss", settings.final_loss},
          {"mean_loss", settings.mean_loss},           {"steps_to_target", settings.steps_to_target},
          {"diverged_share", settings.diverged_share}, {"retrained", settings.retrained}};
}

reports::GateSettings settings_from_json(const json& values) {
  reports::GateSettings settings;
  settings.false_alarms = values.at("false_alarms");
  settings.final_loss = values.at("final_loss");
  settings.mean_loss = values.at("mean_loss");
  settings.steps_to_target = values.at("steps_to_target");
  settings.diverged_share = values.at("diverged_share");
  settings.retrained = values.at("retrained");
  return settings;
}

json cell_to_json(const GateCell& cell, std::size_t seeds) {
  const std::size_t kept = std::min(seeds, cell.seeds.size());
  const auto first = [&](const auto& values) {
    return std::vector(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(kept));
  };
  return {{"experiment", cell.experiment},
          {"optimizee", cell.optimizee},
          {"optimizer", cell.optimizer},
          {"coordinates", cell.coordinates},
          {"horizon", cell.horizon},
          {"problem", cell.problem},
          {"phi", cell.phi},
          {"jobs", cell.jobs},
          {"complete", cell.complete},
          {"target", cell.target},
          {"seeds", first(cell.seeds)},
          {"final_loss", losses_to_json(first(cell.final_loss))},
          {"mean_loss", losses_to_json(first(cell.mean_loss))},
          {"steps_to_target", first(cell.steps_to_target)}};
}

GateCell cell_from_json(const json& values) {
  GateCell cell;
  values.at("experiment").get_to(cell.experiment);
  values.at("optimizee").get_to(cell.optimizee);
  values.at("optimizer").get_to(cell.optimizer);
  values.at("coordinates").get_to(cell.coordinates);
  values.at("horizon").get_to(cell.horizon);
  values.at("problem").get_to(cell.problem);
  values.at("phi").get_to(cell.phi);
  values.at("jobs").get_to(cell.jobs);
  values.at("complete").get_to(cell.complete);
  values.at("target").get_to(cell.target);
  values.at("seeds").get_to(cell.seeds);
  cell.final_loss = losses_from_json(values.at("final_loss"));
  cell.mean_loss = losses_from_json(values.at("mean_loss"));
  values.at("steps_to_target").get_to(cell.steps_to_target);
  const std::size_t seeds = cell.seeds.size();
  if (cell.final_loss.size() != seeds || cell.mean_loss.size() != seeds ||
      cell.steps_to_target.size() != seeds)
    throw json::other_error::create(500, "a cell has not one number a seed", &values);
  return cell;
}

GateRun run_from_file(const fs::path& path) {
  const auto refuse = [&](const std::string& why) {
    return Error(ErrorCode::format, {path.string()}, why,
                 "name a run directory, or a file that `l2lbench gate --write-baseline FILE RUN` has made");
  };
  const json page = json::parse(read_file(path), nullptr, /*allow_exceptions=*/false);
  if (!page.is_object() || page.value("format", json()) != kFormat)
    throw refuse("is no baseline of the gate");
  if (page.value("version", json()) != kVersion)
    throw refuse(fmt::format("is a baseline of version {}, this program reads version {}",
                             page.value("version", json()).dump(), kVersion));
  try {
    GateRun run;
    run.name = path.string();
    run.revision = page.at("revision");
    run.settings = settings_from_json(page.at("settings"));
    page.at("claims").get_to(run.claims);
    page.at("notes").get_to(run.notes);
    for (const json& cell : page.at("cells")) run.cells.push_back(cell_from_json(cell));
    return run;
  } catch (const json::exception& error) {
    throw refuse(fmt::format("is damaged: {}", error.what()));
  }
}

}  // namespace

reports::GateRun load_gate_run(const std::filesystem::path& path) {
  std::error_code ignored;
  if (!fs::exists(path, ignored))
    throw Error(ErrorCode::store, {path.string()}, "no such run or baseline",
                "name a run directory, for instance runs/quick, or a file of `gate --write-baseline`");
  if (path.extension() != ".yaml" && fs::is_regular_file(path, ignored)) return run_from_file(path);
  return run_of(run_directory_of(path));
}

void write_gate_baseline(const std::filesystem::path& file, const reports::GateRun& run, std::size_t seeds) {
  // One cell a line: a change of a committed baseline shows in a diff as the cells that changed.
  const json head = {{"format", kFormat},       {"version", kVersion},
                     {"written", utc_now()},    {"revision", run.revision},
                     {"seeds_per_cell", seeds}, {"settings", settings_to_json(run.settings)},
                     {"claims", run.claims},    {"notes", run.notes}};
  std::string text = "{\n";
  for (const auto& [name, value] : head.items())
    text += fmt::format("{}: {},\n", json(name).dump(), value.dump());
  text += "\"cells\": [\n";
  for (std::size_t i = 0; i < run.cells.size(); ++i)
    text += cell_to_json(run.cells[i], seeds).dump() + (i + 1 < run.cells.size() ? ",\n" : "\n");
  write_file_atomically(file, text + "]\n}\n");
}

}  // namespace l2l
