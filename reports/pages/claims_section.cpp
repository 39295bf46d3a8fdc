#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "reports/claims/kinds.hpp"
#include "reports/claims/measured_rates.hpp"
#include "reports/pages/page_sections.hpp"
#include "reports/results/points.hpp"
#include "reports/text/format.hpp"

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
  if (!verdict.about.empty()) parts.push_back(verdict.about);
  return parts.empty() ? "" : fmt::format(" ({})", fmt::join(parts, ", "));
}

/// "LSTM **0.283** [0.279, 0.287]"
Cell measured_cell(const std::string& label, const Summary& summary, bool strong) {
  Cell cell;
  cell.spans = {{label + " ", false}, {mean_text(summary), strong}, {" " + spread_text(summary), false}};
  cell.order = summary.mean;
  return cell;
}

Cell compared_cell(const Claim& claim, const Comparison* other) {
  if (other != nullptr)
    return measured_cell(other->label.empty() ? other->optimizer : other->label, other->summary, false);
  if (claim.kind == "at_most") return fmt::format("≤ {:g}", claim.threshold);
  if (claim.kind == "at_least") return fmt::format("≥ {:g}", claim.threshold);
  return "–";
}

Cell effect_cell(const std::optional<Effect>& effect) {
  if (!effect || std::isnan(effect->value)) return "–";
  Cell cell;
  cell.spans = {{effect->of + ": ", false}, {significant(effect->value), true}};
  if (std::isfinite(effect->interval.low) || std::isfinite(effect->interval.high)) {
    cell.spans.push_back(
        {fmt::format(" [{}, {}]", significant(effect->interval.low), significant(effect->interval.high)),
         false});
  }
  cell.order = effect->value;
  return cell;
}

Cell number_cell(std::string text, std::optional<double> order) {
  Cell cell(order ? std::move(text) : "–");
  cell.order = order;
  return cell;
}

/// Medians of the claim's optimizer and of the other one: what a problem in the middle has, beside the means.
Cell median_cell(const PointVerdict& point, const Comparison* other) {
  if (!point.measured) return "–";
  Cell cell(significant(point.measured->median));
  if (other != nullptr) cell.spans.push_back({" / " + significant(other->summary.median), false});
  cell.order = point.measured->median;
  return cell;
}

/// "61 of 64, 2 ties": on how many problems its loss is below the other's.
Cell wins_cell(const Comparison* other) {
  if (other == nullptr) return "–";
  const Wins& wins = other->wins;
  const std::size_t n = wins.below + wins.above + wins.ties;
  Cell cell(fmt::format("{} of {}", wins.below, n));
  if (wins.ties > 0)
    cell.spans.push_back({fmt::format(", {} {}", wins.ties, wins.ties == 1 ? "tie" : "ties"), false});
  cell.order = n == 0 ? 0 : static_cast<double>(wins.below) / static_cast<double>(n);
  return cell;
}

std::string p_text(double p) {
  return p < 1e-4 ? "< 0.0001" : fmt::format("{:.2g}", p);
}

std::vector<Cell> row(const ClaimVerdict& verdict) {
  const Claim& claim = verdict.claim;
  const PointVerdict& point = verdict.decisive();
  Cell title(to_string(verdict.verdict));
  title.mark = to_string(verdict.verdict);
  title.order = static_cast<double>(verdict.verdict);
  Cell statement((claim.statement.empty() ? claim.id : claim.statement) + where_text(verdict));
  statement.detail = fmt::format("{}: {}, {}.{}", claim.id, to_string(verdict.verdict), verdict.reason,
                                 claim.source.empty() ? "" : fmt::format(" Source: {}.", claim.source));
  Cell measured = point.measured ? measured_cell(verdict.label, *point.measured, true) : Cell("–");
  if (claim.first_step)
    measured.spans.push_back({fmt::format(" over steps {}–{}", *claim.first_step, claim.step)});
  const auto n = point.measured ? std::optional<double>(point.measured->n) : std::nullopt;
  const auto p = verdict.verdict == Verdict::not_run ? std::nullopt : std::optional<double>(verdict.p_holm);
  Cell figure(verdict.figure.empty() ? "–" : verdict.figure);
  if (!verdict.figure.empty()) {
    figure.link = fmt::format("#figure-{}", verdict.figure);
    figure.path = fmt::format("{}/{}.png", kFigures, verdict.figure);
  }
  return {title,
          statement,
          measured,
          compared_cell(claim, hardest(claim, point)),
          effect_cell(verdict.effect),
          median_cell(point, hardest(claim, point)),
          wins_cell(hardest(claim, point)),
          number_cell(fmt::format("{}", n.value_or(0)), n),
          number_cell(p_text(verdict.p_holm), p),
          number_cell(fmt::format("{:g}", claim.paper_value.value_or(0)), claim.paper_value),
          figure};
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

Table claims_table(const std::vector<ClaimVerdict>& verdicts) {
  Table table;
  table.columns = {{"Verdict"},        {"Claim"},   {"Measured"},
                   {"Compared with"},  {"Effect"},  {"Medians", true},
                   {"Lower on", true}, {"n", true}, {"p, corrected", true},
                   {"Paper", true},    {"Figure"}};
  for (const ClaimVerdict& verdict : verdicts) table.rows.push_back(row(verdict));
  return table;
}

std::string claims_caption(const std::vector<ClaimVerdict>& verdicts) {
  std::set<double> confidences;
  for (const ClaimVerdict& verdict : verdicts) confidences.insert(100 * verdict.claim.confidence);
  const auto ran = std::count_if(verdicts.begin(), verdicts.end(), [](const ClaimVerdict& verdict) {
    return verdict.verdict != Verdict::not_run;
  });
  std::size_t fewest = 0;
  for (const ClaimVerdict& verdict : verdicts) {
    const auto& measured = verdict.decisive().measured;
    if (verdict.verdict != Verdict::not_run && measured && (fewest == 0 || measured->n < fewest))
      fewest = measured->n;
  }
  std::string text = fmt::format(
      "Mean loss at the claim's step (or over the steps it names) with its {0:g} % interval; of several "
      "other "
      "optimizers the hardest to beat is shown, comparisons.csv has all. The effect is what decides, with "
      "its interval: "
      "of one optimizer against another the ratio of their losses on the same problem. A claim is decided "
      "where its "
      "p-value, corrected after Holm for the {1} claims that ran, is at most {2:g}{3}. ",
      fmt::join(confidences, " % or "), ran, 1 - *confidences.begin() / 100,
      confidences.size() > 1 ? " (a stricter claim's own level)" : "");
  if (fewest > 0) {
    const MeasuredRate measured = measured_rate(fewest, static_cast<std::size_t>(ran));
    text += fmt::format(
        "Measured at 99 % on simulated and on resampled real runs without a difference ({} problems, {} {}): "
        "at most {:.2g} % "
        "of reports had a wrong verdict, whatever the law of the losses (docs/claims.md). ",
        measured.problems, measured.claims, measured.claims == 1 ? "claim" : "claims", 100 * measured.worst);
  }
  return text +
         "\"Of this φ\" is a verdict about the one trained optimizer that was evaluated, \"of the method\" "
         "one about all that "
         "its training could have made.";
}

std::string claims_section(const std::vector<ClaimVerdict>& verdicts) {
  if (verdicts.empty()) return "";
  Table table = claims_table(verdicts);
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    std::vector<Span>& spans = table.rows[i].front().spans;
    spans.insert(spans.begin(), {fmt::format("{} ", icon(verdicts[i].verdict)), false});
  }
  std::string text = "## Claims\n\n" + markdown_table(table);
  text += fmt::format("\n{}\n\n", markdown_text(claims_caption(verdicts)));
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
