#include "reports/pages/side_by_side.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/files.hpp"
#include "reports/claims/claims.hpp"
#include "reports/pages/html_document.hpp"
#include "reports/results/points.hpp"
#include "reports/statistics/statistics.hpp"
#include "reports/text/format.hpp"
#include "reports/text/html.hpp"

namespace l2l::reports {
namespace {

/// The curve of a run at the same experiment, point and optimizer; null where it has none, or one without
/// data.
const Curve* counterpart(const NamedRun& run, const Curve& curve) {
  for (const Experiment& experiment : run.input.experiments) {
    if (experiment.name != curve.experiment) continue;
    for (const Curve& other : experiment.curves) {
      if (other.optimizee == curve.optimizee && other.optimizer == curve.optimizer &&
          other.coordinates == curve.coordinates && !other.seeds.empty())
        return &other;
    }
  }
  return nullptr;
}

bool same_bits(const Curve& a, const Curve& b) {
  const auto equal = [](float x, float y) { return x == y || (std::isnan(x) && std::isnan(y)); };
  return a.horizon == b.horizon && a.seeds == b.seeds &&
         std::equal(a.losses.begin(), a.losses.end(), b.losses.begin(), b.losses.end(), equal);
}

/// Of b against a.
Cell difference_cell(const Curve& a, const Curve& b, int step) {
  if (same_bits(a, b)) return kSameBits;
  const std::vector<double> first = losses_at(a, step), second = losses_at(b, step);
  const CommonSeeds common = seeds_in_common(a.seeds, b.seeds);
  std::vector<double> differences;
  std::size_t diverged_first = 0, diverged_second = 0;
  for (std::size_t i = 0; i < common.size(); ++i) {
    const double before = first[common.first[i]], after = second[common.second[i]];
    diverged_first += std::isinf(before) ? 1 : 0;
    diverged_second += std::isinf(after) ? 1 : 0;
    differences.push_back(after - before);
  }
  if (differences.empty()) return "no seeds in common";
  if (diverged_first + diverged_second > 0) {
    Cell cell(
        fmt::format("diverged: {} of {}, before {}", diverged_second, differences.size(), diverged_first));
    if (diverged_first != diverged_second) cell.mark = diverged_second > diverged_first ? "worse" : "better";
    return cell;
  }
  const Summary summary = summarize(differences);
  Cell cell(mean_and_interval(summary));
  cell.order = summary.mean;
  if (summary.interval.low > 0) cell.mark = "worse";
  if (summary.interval.high < 0) cell.mark = "better";
  if (!cell.mark.empty()) cell.spans.push_back({fmt::format(" {}", cell.mark), false});
  return cell;
}

std::vector<Cell> result_row(const std::vector<NamedRun>& runs, const Curve& curve) {
  std::vector<const Curve*> curves;
  int step = curve.horizon;
  for (const NamedRun& run : runs) {
    curves.push_back(counterpart(run, curve));
    if (curves.back() != nullptr) step = std::min(step, curves.back()->horizon);
  }
  std::vector<Cell> row = {label_of(curve), fmt::format("{}", step)};
  row.back().order = step;
  for (const Curve* one : curves) {
    Cell cell(kNoCounterpart);
    if (one != nullptr) {
      const Summary summary = summarize_at(*one, step);
      cell = mean_and_error(summary);
      cell.order = summary.mean;
      if (one->no_rate_works) cell.spans.push_back({fmt::format(" ({})", kNoRateWorks), false});
    }
    row.push_back(std::move(cell));
  }
  for (std::size_t i = 1; i < curves.size(); ++i) {
    const bool both = curves[0] != nullptr && curves[i] != nullptr;
    row.push_back(both ? difference_cell(*curves[0], *curves[i], step) : Cell(kNoCounterpart));
  }
  return row;
}

std::string names_of_experiments(const NamedRun& run) {
  std::vector<std::string> names;
  for (const Experiment& experiment : run.input.experiments) names.push_back(experiment.name);
  return fmt::format("{} has {}", run.name,
                     names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", ")));
}

const ClaimVerdict* verdict_of(const std::vector<ClaimVerdict>& verdicts, const std::string& id) {
  const auto found = std::find_if(verdicts.begin(), verdicts.end(),
                                  [&](const ClaimVerdict& verdict) { return verdict.claim.id == id; });
  return found == verdicts.end() ? nullptr : &*found;
}

Cell verdict_cell(const ClaimVerdict* verdict) {
  if (verdict == nullptr) return kNoCounterpart;
  Cell cell;
  cell.spans = {{to_string(verdict->verdict), true}};
  if (const auto& measured = verdict->decisive().measured) {
    cell.spans.push_back({": " + mean_text(*measured), false});
    cell.spans.push_back({" " + spread_text(*measured), false});
  }
  cell.order = static_cast<double>(verdict->verdict);
  return cell;
}

struct Text {
  std::string markdown, html;

  void paragraph(const std::string& text) {
    markdown += markdown_paragraphs(text);
    html += fmt::format("<p>{}</p>\n", html_text(text));
  }
  void heading(int level, const std::string& text) {
    markdown +=
        fmt::format("{} {}\n\n", std::string(static_cast<std::size_t>(level), '#'), markdown_text(text));
    html += fmt::format("<h{0}>{1}</h{0}>\n", level, html_text(text));
  }
  void table(const Table& table) {
    markdown += markdown_table(table) + "\n";
    html += html_table(table);
  }
};

}  // namespace

Table claims_side_by_side(const std::vector<NamedRun>& runs) {
  Table table;
  table.columns.push_back({"Claim"});
  std::vector<std::vector<ClaimVerdict>> verdicts;
  for (const NamedRun& run : runs) {
    table.columns.push_back({run.name});
    verdicts.push_back(judge(run.input));
  }
  table.columns.push_back({"Changed"});
  std::set<std::string> seen;
  for (const std::vector<ClaimVerdict>& some : verdicts) {
    for (const ClaimVerdict& verdict : some) {
      const Claim& claim = verdict.claim;
      if (!seen.insert(claim.id).second) continue;
      std::vector<Cell>& row = table.rows.emplace_back();
      row.emplace_back(claim.statement.empty() ? claim.id : claim.statement);
      std::set<Verdict> distinct;
      for (const std::vector<ClaimVerdict>& of_run : verdicts) {
        const ClaimVerdict* found = verdict_of(of_run, claim.id);
        row.push_back(verdict_cell(found));
        if (found != nullptr) distinct.insert(found->verdict);
      }
      Cell changed(distinct.size() > 1 ? "changed" : "–");
      if (distinct.size() > 1) changed.mark = "changed";
      row.push_back(std::move(changed));
    }
  }
  return table;
}

std::vector<SharedPoint> results_side_by_side(const std::vector<NamedRun>& runs) {
  std::vector<SharedPoint> shared;
  std::map<std::string, std::size_t> places;  // by experiment, optimizee and coordinates
  std::set<std::string> seen;
  for (const NamedRun& run : runs) {
    for (const Experiment& experiment : run.input.experiments) {
      const std::vector<SweepPoint> points = sweep_points(experiment);
      for (const SweepPoint& point : points) {
        std::string place = experiment.name + "\n" + point.optimizee;
        for (const auto& [axis, value] : point.coordinates) place += "\n" + axis + "\n" + value;
        for (const Curve* curve : point.curves) {
          const auto has = std::count_if(runs.begin(), runs.end(), [&](const NamedRun& other) {
            return counterpart(other, *curve) != nullptr;
          });
          if (has < 2 || !seen.insert(place + "\n\n" + curve->optimizer).second) continue;
          const auto [entry, added] = places.try_emplace(place, shared.size());
          if (added) {
            SharedPoint& fresh = shared.emplace_back();
            fresh.title = panel_title(point, points);
            fresh.table.columns = {{"Optimizer"}, {"Step", true}};
            for (const NamedRun& one : runs) fresh.table.columns.push_back({one.name, true});
            for (std::size_t i = 1; i < runs.size(); ++i)
              fresh.table.columns.push_back({fmt::format("{} − {}", runs[i].name, runs[0].name)});
          }
          shared[entry->second].table.rows.push_back(result_row(runs, *curve));
        }
      }
    }
  }
  return shared;
}

std::filesystem::path write_side_by_side(const std::vector<NamedRun>& runs,
                                         const std::filesystem::path& folder) {
  const std::vector<SharedPoint> points = results_side_by_side(runs);
  if (points.empty()) {
    std::vector<std::string> all;
    for (const NamedRun& run : runs) all.push_back(names_of_experiments(run));
    throw Error(ErrorCode::usage, {}, "these runs share no experiment with results of the same optimizer",
                fmt::format("of experiments {}", fmt::join(all, "; ")));
  }
  std::vector<std::string> names;
  for (const NamedRun& run : runs) names.push_back(run.name);
  const std::string title = fmt::format("{} side by side", fmt::join(names, ", "));
  Text text;
  text.heading(1, title);
  for (const NamedRun& run : runs) {
    text.paragraph(fmt::format("{}: {} {}", run.name,
                               run.input.title.empty() ? run.input.suite_name : run.input.title,
                               run.input.setting));
    for (const std::string& note : run.input.notes) text.paragraph(fmt::format("⚠ {}: {}", run.name, note));
  }
  if (const Table claims = claims_side_by_side(runs); !claims.empty()) {
    text.heading(2, "Claims");
    text.table(claims);
  }
  text.heading(2, "Results");
  text.paragraph(
      fmt::format("Mean loss ± standard error over seeds at the last step that the runs share; the "
                  "difference from {} is paired by "
                  "seed, with its 95 % bootstrap interval, and marked where that excludes zero. It is not "
                  "corrected for the number "
                  "of comparisons.",
                  names.front()));
  for (const SharedPoint& point : points) {
    text.heading(3, point.title);
    text.table(point.table);
  }
  create_folders(folder);
  write_file_atomically(folder / "comparison.html",
                        html_document(title, "<main>\n" + text.html + "</main>\n"));
  write_file_atomically(folder / "comparison.md", text.markdown);
  return folder / "comparison.md";
}

}  // namespace l2l::reports
