// What a gate found, and the forms in which it says so.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "reports/statistics/summary.hpp"

namespace l2l::reports {

enum class CheckStatus {
  regression,
  undecided,  ///< worse by more than the smallest effect that matters, and chance is not excluded
  untested,   ///< too little to compare
  improved,
  passed,
};
const char* to_string(CheckStatus status);

/// One comparison: a metric of a cell, or a benchmark.
struct GateCheck {
  std::string subject;  ///< "mnist / adam"
  std::string metric;   ///< "final loss"
  CheckStatus status = CheckStatus::passed;
  std::string reason;  ///< one clause
  std::size_t pairs = 0;
  double effect = 0;    ///< relative change; of the diverged share: its difference
  Interval interval;    ///< of the effect; NaN where there is none
  double minimum = 0;   ///< smallest effect that matters
  double p = 1, q = 1;  ///< q: adjusted for all tests of the comparison
};

enum class GateVerdict { passed, regression, inconclusive };
const char* to_string(GateVerdict verdict);
/// 0, 1, 4
int exit_code_of(GateVerdict verdict);

struct GateOutcome {
  std::string title;                ///< "Quality", "Speed"
  std::string baseline, candidate;  ///< what was compared
  GateVerdict verdict = GateVerdict::inconclusive;
  std::string changed;  ///< what changed: "nothing", "bits", "numbers", "conclusions"; speed: empty
  std::vector<std::string> reasons;  ///< of the verdict, the decisive one first
  std::vector<std::string> notes;
  std::vector<GateCheck> checks;
};

std::string gate_markdown(const GateOutcome& outcome);
/// A test case a check and one for the verdict, which fails unless the gate passed.
std::string gate_junit(const GateOutcome& outcome);
/// Workflow commands of GitHub Actions: errors, warnings, and one line for the verdict.
std::string gate_github(const GateOutcome& outcome);
std::string gate_json(const GateOutcome& outcome);
/// By the name that the command line knows: markdown, junit, github, json.
std::string gate_text(const GateOutcome& outcome, const std::string& format);

}  // namespace l2l::reports
