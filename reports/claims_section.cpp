#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "reports/claim_kinds.hpp"
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

std::string where_text(const ClaimVerdict& verdict) {
  std::vector<std::string> parts;
  for (const auto& [axis, value] : verdict.decisive().coordinates)
    parts.push_back(axis_label(axis) + " " + value);
  if (verdict.points.size() > 1)
    parts.push_back(fmt::format("the worst of {} points", verdict.points.size()));
  return parts.empty() ? "" : fmt::format(" ({})", fmt::join(parts, ", "));
}

std::string effect_text(const std::optional<Effect>& effect) {
  if (!effect || std::isnan(effect->value)) return "–";
  std::string text = fmt::format("{}: **{}**", markdown_text(effect->of), significant(effect->value));
  if (!std::isnan(effect->interval.low)) {
    text += fmt::format(" [{}, {}]", significant(effect->interval.low), significant(effect->interval.high));
  }
  return text;
}

std::string p_text(double p) {
  return p < 1e-4 ? "< 0.0001" : fmt::format("{:.2g}", p);
}

std::string row(const ClaimVerdict& verdict) {
  const Claim& claim = verdict.claim;
  const PointVerdict& point = verdict.decisive();
  std::string measured = "–", compared = "–";
  if (point.measured) {
    measured = fmt::format("{} {}", markdown_text(verdict.label), mean_and_interval(*point.measured, "**"));
  }
  if (claim.kind == "at_most") compared = fmt::format("≤ {:g}", claim.threshold);
  if (claim.kind == "at_least") compared = fmt::format("≥ {:g}", claim.threshold);
  if (claim.first_step) measured += fmt::format(" over steps {}–{}", *claim.first_step, claim.step);
  if (const Comparison* other = hardest(claim, point)) {
    compared = fmt::format("{} {}", markdown_text(other->label.empty() ? other->optimizer : other->label),
                           mean_and_interval(other->summary));
  }
  const std::string figure =
      verdict.figure.empty() ? "–" : fmt::format("[{0}]({1}/{0}.png)", verdict.figure, kFigures);
  return fmt::format("| {} {} | {}{} | {} | {} | {} | {} | {} | {} | {} |\n", icon(verdict.verdict),
                     to_string(verdict.verdict),
                     markdown_text(claim.statement.empty() ? claim.id : claim.statement), where_text(verdict),
                     measured, compared, effect_text(verdict.effect),
                     point.measured ? std::to_string(point.measured->n) : "–",
                     verdict.verdict == Verdict::not_run ? "–" : p_text(verdict.p_holm),
                     claim.paper_value ? fmt::format("{:g}", *claim.paper_value) : "–", figure);
}

std::string reason_line(const ClaimVerdict& verdict) {
  const Claim& claim = verdict.claim;
  return fmt::format("- `{}`: {}, {}.{}\n", claim.id, to_string(verdict.verdict),
                     markdown_text(verdict.reason),
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
      "| Verdict | Claim | Measured | Compared with | Effect | n | p, corrected | Paper | Figure |\n"
      "|---|---|---|---|---|---:|---:|---|---|\n";
  for (const ClaimVerdict& verdict : verdicts) text += row(verdict);
  const auto ran = std::count_if(verdicts.begin(), verdicts.end(), [](const ClaimVerdict& verdict) {
    return verdict.verdict != Verdict::not_run;
  });
  text += fmt::format(
      "\nMean loss at the claim's step (or over the steps it names) with its {0:g} % bootstrap interval; of "
      "several other optimizers the hardest to beat is shown (all are in "
      "[comparisons.csv](comparisons.csv)). A claim is decided where its own intervals decide it, and where "
      "its "
      "p-value by the same bootstrap, corrected after Holm for the {1} claims that ran, is at most {2:g}{3}: "
      "the probability of one or more wrong decisions on this page is at most that.\n\n",
      fmt::join(confidences, " % or "), ran, 1 - *confidences.begin() / 100,
      confidences.size() > 1 ? " (a stricter claim's own level)" : "");
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
