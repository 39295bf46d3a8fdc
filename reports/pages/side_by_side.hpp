// Several runs side by side: their verdicts and results, differences marked.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "reports/results/report_input.hpp"
#include "reports/text/table.hpp"

namespace l2l::reports {

struct NamedRun {
  std::string name;  ///< as the tables call it; distinct
  ReportInput input;
};

/// A row per claim of any run, a column per run, and what changed against the first one.
Table claims_side_by_side(const std::vector<NamedRun>& runs);

inline constexpr const char* kNoCounterpart = "–";     ///< in a cell of what a run does not have
inline constexpr const char* kSameBits = "same bits";  ///< in a cell of a difference: there is none

struct SharedPoint {
  std::string title;  ///< experiment and point
  /// A row per optimizer that two or more runs have: mean ± standard error at the last step that all of them
  /// have, per run, and per later run the mean of its loss minus the first one's, paired by seed, with the 95
  /// % interval; marked better or worse where that excludes zero, "same bits" where all losses are equal.
  Table table;
};

/// Of every experiment, optimizee and point of a sweep that two or more runs have, as the first one names
/// them.
std::vector<SharedPoint> results_side_by_side(const std::vector<NamedRun>& runs);

/// Writes comparison.md and comparison.html into the folder and returns the path of the former. Throws
/// Error{usage} where no two runs share a curve: there is nothing to compare.
std::filesystem::path write_side_by_side(const std::vector<NamedRun>& runs,
                                         const std::filesystem::path& folder);

}  // namespace l2l::reports
