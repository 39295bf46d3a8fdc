// From a run directory to its report: the only place where reports meet the store.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "core/json.hpp"
#include "harness/plan/plan.hpp"
#include "harness/store/run_directory.hpp"
#include "harness/store/store.hpp"
#include "harness/suite/suite.hpp"
#include "reports/pages/report.hpp"
#include "reports/results/report_input.hpp"

namespace l2l {

/// Everything a report shows, as plain structs. What is not in the store yet is left out, makes its curve
/// incomplete, and is counted in the notes; so are failed jobs, with their messages.
/// @param manifest  as in manifest.json; null where there is none
reports::ReportInput report_input(const Suite& suite, const Plan& plan, const Store& store,
                                  const nlohmann::json& manifest);

/// Rows of the manifest table: name and value, in a stable order.
std::vector<std::pair<std::string, std::string>> manifest_rows(const nlohmann::json& manifest);
/// One or two sentences on when, where and with what it ran; empty without a manifest.
std::string manifest_setting(const nlohmann::json& manifest);

/// What a stored run, finished or not, has to report. Throws Error{store} where there is no run.
reports::ReportInput read_run(const std::filesystem::path& run_directory);

/// Of a run directory, or of the suite that was run, with the name of the directory.
reports::NamedRun named_run(const std::filesystem::path& run);

struct RunReport {
  reports::ReportInput input;
  reports::Report report;
};

/// Writes the report of a run, finished or not. Throws Error{store} where there is no run.
/// @param out  folder of the report; empty: <run>/report
RunReport make_report(const std::filesystem::path& run_directory, const reports::ReportOptions& options = {},
                      const std::filesystem::path& out = {});

}  // namespace l2l
