#include "reports/pages/csv_tables.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "core/files.hpp"
#include "reports/claims/contrast.hpp"
#include "reports/results/points.hpp"
#include "reports/results/results.hpp"
#include "reports/statistics/statistics.hpp"

namespace l2l::reports {
namespace {

bool any_replicas(const std::vector<Experiment>& experiments) {
  return std::any_of(experiments.begin(), experiments.end(), [](const Experiment& experiment) {
    return std::any_of(experiment.curves.begin(), experiment.curves.end(),
                       [](const Curve& curve) { return curve.replicas() > 1; });
  });
}

std::string tuning_state(const Curve& curve) {
  if (curve.no_rate_works) return kNoRateWorks;
  return curve.edge_of_grid ? "edge of grid" : "";
}

std::string text_of(const std::map<std::string, std::string>& coordinates) {
  std::vector<std::string> parts;
  for (const auto& [axis, value] : coordinates) parts.push_back(axis + "=" + value);
  return fmt::format("{}", fmt::join(parts, "; "));
}

}  // namespace

std::vector<std::string> axis_names(const std::vector<Experiment>& experiments) {
  std::set<std::string> names;
  for (const Experiment& experiment : experiments) {
    for (const Curve& curve : experiment.curves) {
      for (const auto& coordinate : curve.coordinates) names.insert(coordinate.first);
    }
  }
  return {names.begin(), names.end()};
}

std::vector<std::string> with_axes(const std::vector<std::string>& axes, std::vector<std::string> rest) {
  rest.insert(rest.begin(), axes.begin(), axes.end());
  rest.insert(rest.begin(), "experiment");
  return rest;
}

std::vector<std::string> identity(const Experiment& experiment, const Curve& curve,
                                  const std::vector<std::string>& axes) {
  std::vector<std::string> fields = {experiment.name};
  for (const std::string& axis : axes) {
    const auto found = curve.coordinates.find(axis);
    fields.push_back(found == curve.coordinates.end() ? "" : found->second);
  }
  fields.push_back(curve.optimizee);
  fields.push_back(curve.optimizer);
  return fields;
}

std::optional<double> threshold_of(const Claim& claim) {
  if (claim.kind == "at_most" || claim.kind == "at_least") return claim.threshold;
  if (claim.kind == "close" || claim.kind == "within") return claim.margin;
  if (claim.kind == "ratio") return claim.ratio;
  if (claim.kind == "no_convergence" || claim.kind == "most_seeds") return claim.share;
  if (claim.kind == "most_points") return claim.more_than;
  return std::nullopt;
}

std::vector<int> summary_steps(int horizon) {
  std::vector<int> steps;
  for (int decade = 10; decade < horizon; decade *= 10) {
    for (const int factor : {2, 5, 10}) {
      if (decade * factor < horizon) steps.push_back(decade * factor);
    }
  }
  steps.push_back(horizon);
  return steps;
}

bool write_trajectories(const std::vector<Experiment>& experiments, const std::filesystem::path& path,
                        std::uint64_t most_bytes) {
  const std::vector<std::string> axes = axis_names(experiments);
  const bool replicas = any_replicas(experiments);
  std::vector<std::string> columns = {"optimizee", "optimizer", "seed", "step", "loss"};
  if (replicas) columns.insert(columns.begin() + 2, "replica");
  CsvTable table(with_axes(axes, std::move(columns)));
  AtomicFile file(path);
  std::uint64_t bytes = 0;
  const auto write = [&] {
    const std::string text = table.take();
    bytes += text.size();
    if (bytes <= most_bytes) file.write(text);
    return bytes <= most_bytes;
  };
  for (const Experiment& experiment : experiments) {
    for (const Curve& curve : experiment.curves) {
      const std::vector<std::string> fields = identity(experiment, curve, axes);
      for (std::size_t r = 0; r < curve.replicas(); ++r) {
        for (std::size_t seed = 0; seed < curve.seeds.size(); ++seed) {
          for (int step = 0; step <= curve.horizon; ++step) {
            table.add(fields);
            if (replicas) table.add(std::uint64_t{curve.replica_number(r)});
            table.add(curve.seeds[seed]).add(step).add(curve.losses(r, seed, step));
            table.end_record();
          }
          if (!write()) return false;
        }
      }
    }
  }
  if (!write()) return false;
  file.commit();
  return true;
}

std::string summary_csv(const std::vector<Experiment>& experiments, SummaryCache& cache) {
  const std::vector<std::string> axes = axis_names(experiments);
  const bool replicas = any_replicas(experiments);
  std::vector<std::string> columns = {"optimizee", "optimizer",      "horizon",  "step",      "n",
                                      "mean",      "standard_error", "ci95_low", "ci95_high", "median",
                                      "diverged",  "learning_rate",  "tuning"};
  if (replicas) columns.insert(columns.end(), {"replicas", "between_replicas"});
  CsvTable table(with_axes(axes, std::move(columns)));
  for (const Experiment& experiment : experiments) {
    for (const Curve& curve : experiment.curves) {
      const std::vector<Summary>& summaries = cache.steps(curve);
      const std::vector<double> between = between_replicas(curve);
      for (const int step : summary_steps(curve.horizon)) {
        const Summary& summary = summaries[static_cast<std::size_t>(step)];
        table.add(identity(experiment, curve, axes)).add(curve.horizon).add(step);
        table.add(std::uint64_t{summary.n}).add(summary.mean).add(summary.standard_error);
        table.add(summary.interval.low).add(summary.interval.high).add(summary.median);
        table.add(std::uint64_t{summary.diverged}).add(curve.learning_rate).add(tuning_state(curve));
        if (replicas) table.add(std::uint64_t{curve.replicas()}).add(between[static_cast<std::size_t>(step)]);
        table.end_record();
      }
    }
  }
  return table.take();
}

std::string tuning_csv(const std::vector<Experiment>& experiments) {
  const std::vector<std::string> axes = axis_names(experiments);
  CsvTable table(
      with_axes(axes, {"optimizee", "optimizer", "horizon", "learning_rate", "loss", "chosen", "settings"}));
  for (const Experiment& experiment : experiments) {
    for (const Curve& curve : experiment.curves) {
      for (std::size_t i = 0; i < curve.tune_rates.size(); ++i) {
        table.add(identity(experiment, curve, axes)).add(curve.horizon);
        table.add(curve.tune_rates[i]).add(curve.tune_losses[i]);
        table.add(is_chosen(curve, i));
        table.add(curve.tune_settings.empty() ? curve.settings : curve.tune_settings[i]);
        table.end_record();
      }
    }
  }
  return table.take();
}

std::string budget_csv(const std::vector<Experiment>& experiments) {
  const std::vector<std::string> axes = axis_names(experiments);
  CsvTable table(with_axes(
      axes, {"optimizee", "optimizer", "learned", "functions", "gradients", "seconds", "spent_on"}));
  for (const Experiment& experiment : experiments) {
    for (const Curve& curve : experiment.curves) {
      if (!curve.budget) continue;
      table.add(identity(experiment, curve, axes)).add(curve.learned);
      table.add(curve.budget->functions).add(curve.budget->gradients).add(curve.budget->seconds);
      table.add(curve.budget->spent_on);
      table.end_record();
    }
  }
  return table.take();
}

std::string meta_training_csv(const std::vector<MetaTraining>& meta_trainings) {
  const bool replicas = std::any_of(meta_trainings.begin(), meta_trainings.end(),
                                    [](const MetaTraining& training) { return training.replicas > 1; });
  std::vector<std::string> columns = {"optimizer",  "optimizee",       "learning_rate", "epoch",
                                      "train_loss", "validation_loss", "selected"};
  if (replicas) columns.insert(columns.begin() + 2, "replica");
  CsvTable table(std::move(columns));
  for (const MetaTraining& training : meta_trainings) {
    for (std::size_t i = 0; i < training.validation_losses.size(); ++i) {
      const int epoch = static_cast<int>(i) + 1;
      table.add(training.optimizer).add(training.optimizee);
      if (replicas) table.add(std::uint64_t{training.replica});
      table.add(training.learning_rate).add(epoch);
      table.add(training.train_losses[i]).add(training.validation_losses[i]);
      table.add(epoch == training.selected_epoch);
      table.end_record();
    }
  }
  return table.take();
}

std::string claims_csv(const std::vector<ClaimVerdict>& verdicts) {
  CsvTable table({"id",        "verdict",    "kind",        "experiment", "where",      "optimizer",
                  "against",   "first_step", "step",        "threshold",  "confidence", "minimum_effect",
                  "statistic", "about",      "n",           "diverged",   "mean",       "ci_low",
                  "ci_high",   "median",     "effect_of",   "effect",     "effect_low", "effect_high",
                  "p_value",   "p_holm",     "paper_value", "figure",     "reason",     "statement",
                  "source"});
  for (const ClaimVerdict& verdict : verdicts) {
    const Claim& claim = verdict.claim;
    const bool not_run = verdict.verdict == Verdict::not_run;
    table.add(claim.id).add(to_string(verdict.verdict)).add(claim.kind).add(claim.experiment);
    table.add(text_of(claim.where)).add(claim.optimizer);
    table.add(fmt::format("{}", fmt::join(claim.against, "; ")));
    table.add(std::to_string(claim.first_step.value_or(claim.step))).add(claim.step);
    table.add(threshold_of(claim)).add(claim.confidence).add(claim.minimum_effect);
    table.add(statistic_text(claim)).add(verdict.about);
    if (const auto& measured = verdict.decisive().measured) {
      table.add(std::uint64_t{measured->n}).add(std::uint64_t{measured->diverged}).add(measured->mean);
      table.add(measured->interval.low).add(measured->interval.high).add(measured->median);
    } else {
      table.add("0").add("0").add("").add("").add("").add("");
    }
    if (verdict.effect && !not_run) {
      table.add(verdict.effect->of).add(verdict.effect->value);
      table.add(verdict.effect->interval.low).add(verdict.effect->interval.high);
    } else {
      table.add("").add("").add("").add("");
    }
    const auto if_run = [&](double p) { return not_run ? std::nullopt : std::optional<double>(p); };
    table.add(if_run(verdict.p_value)).add(if_run(verdict.p_holm)).add(claim.paper_value);
    table.add(verdict.figure).add(verdict.reason).add(claim.statement).add(claim.source);
    table.end_record();
  }
  return table.take();
}

std::string comparisons_csv(const std::vector<ClaimVerdict>& verdicts) {
  CsvTable table({"id",     "optimizee",  "coordinates",    "optimizer",       "against",
                  "step",   "confidence", "mean",           "ci_low",          "ci_high",
                  "median", "difference", "difference_low", "difference_high", "ratio_of",
                  "ratio",  "ratio_low",  "ratio_high",     "below",           "above",
                  "ties",   "pairs"});
  for (const ClaimVerdict& verdict : verdicts) {
    for (const PointVerdict& point : verdict.points) {
      for (const Comparison& other : point.comparisons) {
        table.add(verdict.claim.id).add(point.optimizee).add(text_of(point.coordinates));
        table.add(verdict.claim.optimizer).add(other.optimizer).add(verdict.claim.step);
        table.add(verdict.claim.confidence).add(other.summary.mean);
        table.add(other.summary.interval.low).add(other.summary.interval.high).add(other.summary.median);
        table.add(other.difference.mean)
            .add(other.difference.interval.low)
            .add(other.difference.interval.high);
        table.add(other.ratio.of).add(other.ratio.value);
        table.add(other.ratio.interval.low).add(other.ratio.interval.high);
        table.add(std::uint64_t{other.wins.below}).add(std::uint64_t{other.wins.above});
        table.add(std::uint64_t{other.wins.ties}).add(std::uint64_t{other.difference.n});
        table.end_record();
      }
    }
  }
  return table.take();
}

}  // namespace l2l::reports
