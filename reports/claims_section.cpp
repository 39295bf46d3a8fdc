#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "reports/format.hpp"
#include "reports/page_sections.hpp"
#include "reports/points.hpp"

namespace l2l::reports {
namespace {

const char* icon(Verdict verdict) {
  switch (verdict) {
    case Verdict::reproduced:
      return "✅";
    case Verdict::contradicted:
      return "❌";
    case Verdict::inconclusive:
      return "🟡";
    case Verdict::not_run:
      return "⚪";
  }
  return "";
}

/// The other optimizer that is hardest to beat: the lowest for `below`, the highest for `fails`.
const Comparison* hardest(const Claim& claim, const PointVerdict& point) {
  if (point.comparisons.empty()) return nullptr;
  const auto less = [](const Comparison& a, const Comparison& b) { return a.summary.mean < b.summary.mean; };
  const auto& all = point.comparisons;
  return &(claim.kind == "fails" ? *std::max_element(all.begin(), all.end(), less)
                                 : *std::min_element(all.begin(), all.end(), less));
}

std::string where_text(const ClaimVerdict& verdict) {
  std::vector<std::string> parts;
  for (const auto& [axis, value] : verdict.decisive().coordinates)
    parts.push_back(axis_label(axis) + " " + value);
  if (verdict.points.size() > 1)
    parts.push_back(fmt::format("the worst of {} points", verdict.points.size()));
  return parts.empty() ? "" : fmt::format(" ({})", fmt::join(parts, ", "));
}

std::string row(const ClaimVerdict& verdict) {
  const Claim& claim = verdict.claim;
  const PointVerdict& point = verdict.decisive();
  std::string measured = "–", compared = "–", difference = "–";
  if (point.measured) {
    measured = fmt::format("{} {}", markdown_text(verdict.label), mean_and_interval(*point.measured, "**"));
  }
  if (claim.kind == "at_most") compared = fmt::format("≤ {:g}", claim.threshold);
  if (claim.kind == "at_least") compared = fmt::format("≥ {:g}", claim.threshold);
  if (claim.first_step) measured += fmt::format(" over steps {}–{}", *claim.first_step, claim.step);
  if (const Comparison* other = hardest(claim, point)) {
    compared = fmt::format("{} {}", markdown_text(other->label.empty() ? other->optimizer : other->label),
                           mean_and_interval(other->summary));
    if (other->difference.n > 1) {
      difference = mean_and_interval(other->difference);
    }
  }
  return fmt::format(
      "| {} {} | {}{} | {} | {} | {} | {} |\n", icon(verdict.verdict), to_string(verdict.verdict),
      markdown_text(claim.statement.empty() ? claim.id : claim.statement), where_text(verdict), measured,
      compared, difference, claim.paper_value ? fmt::format("{:g}", *claim.paper_value) : "–");
}

std::string reason_line(const ClaimVerdict& verdict) {
  const Claim& claim = verdict.claim;
  return fmt::format("- `{}`: {}, {}.{}\n", claim.id, to_string(verdict.verdict),
                     markdown_text(verdict.decisive().reason),
                     claim.source.empty() ? "" : fmt::format(" Source: {}.", markdown_text(claim.source)));
}

}  // namespace

std::string verdict_counts(const std::vector<ClaimVerdict>& verdicts) {
  std::vector<std::string> parts;
  for (const Verdict kind :
       {Verdict::reproduced, Verdict::contradicted, Verdict::inconclusive, Verdict::not_run}) {
    const auto count = std::count_if(verdicts.begin(), verdicts.end(),
                                     [&](const ClaimVerdict& verdict) { return verdict.verdict == kind; });
    if (count > 0) parts.push_back(fmt::format("**{} {}**", count, to_string(kind)));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string claims_section(const std::vector<ClaimVerdict>& verdicts) {
  if (verdicts.empty()) return "";
  std::set<double> confidences;
  for (const ClaimVerdict& verdict : verdicts) confidences.insert(100 * verdict.claim.confidence);
  std::string text = "## Claims\n\n";
  text +=
      "| Verdict | Claim | Measured | Compared with | Paired difference | Paper "
      "|\n|---|---|---|---|---|---|\n";
  for (const ClaimVerdict& verdict : verdicts) text += row(verdict);
  text += fmt::format(
      "\nMean loss at the claim's step (or over the steps it names) with its {:g} % bootstrap interval; of "
      "several other optimizers "
      "the hardest to beat is shown (all are in [comparisons.csv](comparisons.csv)).\n\n",
      fmt::join(confidences, " % or "));
  std::string reasons, open;
  for (const ClaimVerdict& verdict : verdicts) {
    reasons += reason_line(verdict);
    if (verdict.verdict != Verdict::reproduced) open += reason_line(verdict);
  }
  if (!open.empty()) text += open + "\n";
  return text + "<details>\n<summary>Reasons and sources of all claims</summary>\n\n" + reasons +
         "\n</details>\n\n";
}

}  // namespace l2l::reports
