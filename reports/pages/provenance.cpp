#include "reports/pages/provenance.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "reports/pages/results_tables.hpp"
#include "reports/results/points.hpp"
#include "reports/results/results.hpp"
#include "reports/statistics/statistics.hpp"

namespace l2l::reports {
namespace {

constexpr std::size_t kMostListedSeeds = 20;

std::string point_of(const Curve& curve, const std::vector<SweepPoint>& points) {
  for (const SweepPoint& point : points) {
    if (std::find(point.curves.begin(), point.curves.end(), &curve) != point.curves.end())
      return point_label(point, points);
  }
  return "";
}

std::string seeds_text(const JobSource& source) {
  if (source.seeds == 0) return "–";
  if (source.seeds == 1) return fmt::format("{}", source.first_seed);
  return fmt::format("{}–{}", source.first_seed, source.first_seed + source.seeds - 1);
}

/// Also where only one of them has results yet.
bool has_replica_jobs(const Curve& curve) {
  return std::any_of(curve.sources.begin(), curve.sources.end(),
                     [](const JobSource& source) { return source.replica > 0; });
}

const char* work_of(const std::string& kind) {
  if (kind == "tune") return "tuned learning rate";
  if (kind == "select" || kind == "meta_train") return "trained φ";
  return "trajectories";
}

}  // namespace

std::vector<DivergedSeed> diverged_seeds(const Curve& curve) {
  std::vector<DivergedSeed> seeds;
  for (std::size_t r = 0; r < curve.replicas(); ++r) {
    const xt::xtensor<double, 2> losses = losses_of_replica(curve, r);
    for (std::size_t i = 0; i < losses.shape(0); ++i) {
      int step = 0;
      while (step <= curve.horizon && std::isfinite(losses(i, step))) ++step;
      if (step <= curve.horizon) seeds.push_back({curve.seeds[i], step, curve.replica_number(r)});
    }
  }
  return seeds;
}

std::vector<Divergence> divergences(const std::vector<Experiment>& experiments) {
  std::vector<Divergence> found;
  for (const Experiment& experiment : experiments) {
    const std::vector<SweepPoint> points = sweep_points(experiment);
    for (const Curve& curve : experiment.curves) {
      std::vector<DivergedSeed> seeds = diverged_seeds(curve);
      if (!seeds.empty()) found.push_back({&curve, point_of(curve, points), std::move(seeds)});
    }
  }
  return found;
}

std::string evaluation_key(const Curve& curve, const DivergedSeed& diverged) {
  for (const JobSource& source : curve.sources) {
    if (source.replica == diverged.replica && source.seeds > 0 && diverged.seed >= source.first_seed &&
        diverged.seed - source.first_seed < source.seeds)
      return source.key;
  }
  return "";
}

Table divergence_table(const std::vector<Divergence>& divergences) {
  Table table;
  table.columns = {{"Experiment"},       {"Point"}, {"Optimizer"}, {"Diverged", true}, {"Seeds (from step)"},
                   {"Keys", false, true}};
  for (const Divergence& divergence : divergences) {
    const Curve& curve = *divergence.curve;
    std::vector<std::string> seeds, keys;
    std::set<std::string> seen;
    const bool several = has_replica_jobs(curve);
    for (const DivergedSeed& diverged : divergence.seeds) {
      if (seeds.size() < kMostListedSeeds)
        seeds.push_back(fmt::format("{} ({}{})", diverged.seed,
                                    several ? fmt::format("replica {}, ", diverged.replica) : "",
                                    diverged.step));
      const std::string key = evaluation_key(curve, diverged).substr(0, 12);
      if (!key.empty() && seen.insert(key).second && keys.size() < kMostListedSeeds) keys.push_back(key);
    }
    const std::size_t more = divergence.seeds.size() - seeds.size();
    Cell count(fmt::format("{} of {}", divergence.seeds.size(), curve.replicas() * curve.seeds.size()));
    count.order = static_cast<double>(divergence.seeds.size());
    Cell optimizer(label_of(curve));
    optimizer.link = fmt::format("#{}", trace_id(curve));
    table.rows.push_back(
        {curve.experiment, divergence.point, optimizer, count,
         fmt::format("{}{}", fmt::join(seeds, ", "), more > 0 ? fmt::format(" and {} more", more) : ""),
         fmt::format("{}", fmt::join(keys, " "))});
  }
  return table;
}

Table failure_table(const std::vector<Failure>& failures) {
  Table table;
  table.columns = {{"Job"}, {"Error"}, {"Key", false, true}};
  for (const Failure& failure : failures)
    table.rows.push_back({failure.job.label, failure.message, failure.job.key});
  return table;
}

SourceTable source_table(const std::vector<Experiment>& experiments,
                         const std::vector<MetaTraining>& meta_trainings) {
  SourceTable sources;
  sources.table.columns = {{"Experiment"}, {"Point"}, {"Optimizer"},
                           {"Job"},        {"Seeds"}, {"Key", false, true}};
  std::set<std::string> ids;
  const auto add = [&](const std::string& id, std::vector<Cell> row) {
    sources.ids.push_back(ids.insert(id).second ? id : "");
    sources.table.rows.push_back(std::move(row));
  };
  for (const MetaTraining& training : meta_trainings) {
    if (training.key.empty()) continue;
    add(trace_id(training), {"meta-training", optimizee_label_of(training), name_of(training),
                             work_of("select"), "–", training.key});
  }
  for (const Experiment& experiment : experiments) {
    const std::vector<SweepPoint> points = sweep_points(experiment);
    for (const Curve& curve : experiment.curves) {
      const std::string point = point_of(curve, points);
      const bool several = has_replica_jobs(curve);
      for (const JobSource& source : curve.sources) {
        Cell seeds(seeds_text(source));
        if (source.seeds > 0) seeds.order = static_cast<double>(source.first_seed);
        add(trace_id(curve), {experiment.name, point, label_of(curve),
                              fmt::format("{}{}{}", work_of(source.kind),
                                          several ? fmt::format(", replica {}", source.replica) : "",
                                          source.stored ? "" : " (no result)"),
                              seeds, source.key});
      }
    }
  }
  return sources;
}

}  // namespace l2l::reports
