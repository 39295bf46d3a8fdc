// Trends of a history as figures.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/watch/history.hpp"

namespace l2l {

/// Writes one figure a kind of metric (final loss, mean loss, computing seconds, ...), a panel a cell, nights
/// on x and a rule at every change, as SVG, PDF and PNG into `folder`. Returns what went wrong: "" or why
/// there are no figures.
std::string write_history_figures(const std::vector<HistoryEntry>& entries,
                                  const std::vector<HistoryChange>& changes,
                                  const std::filesystem::path& folder);

}  // namespace l2l
