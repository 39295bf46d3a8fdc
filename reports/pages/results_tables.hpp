// The results of an experiment as tables.
#pragma once

#include <string>
#include <vector>

#include "reports/charts/style.hpp"
#include "reports/statistics/summary_cache.hpp"
#include "reports/text/table.hpp"

namespace l2l::reports {

/// Points of an experiment whose tables are open; a larger sweep is folded.
inline constexpr std::size_t kMostOpenTables = 4;

struct PointTable {
  std::string title;  ///< what sets the point apart; empty where there is one point only
  Table table;        ///< a row per optimizer: mean ± standard error at a few steps, seeds, learning rate
};

struct ExperimentTables {
  std::string name, title;
  Table overview;  ///< of a large sweep: points down, optimizers across, at the last step; else empty
  std::vector<PointTable> points;
  bool replicas = false;  ///< has numbers over several trainings: replicas_note() says what they are
  std::vector<std::string> warnings;  ///< rates at the edge of their grid, and where none works
};

/// Of every experiment that has curves, in the suite's order; the best mean of each step is strong.
std::vector<ExperimentTables> results_tables(const std::vector<Experiment>& experiments,
                                             const StyleBook& styles, SummaryCache& cache);

/// What numbers over several trainings are; empty where no table has them.
std::string replicas_note(const std::vector<ExperimentTables>& experiments);

/// A row per meta-training; empty where there is none.
Table meta_training_table(const std::vector<MetaTraining>& meta_trainings);

/// The id, in an HTML page, of the jobs behind a curve or a meta-training.
std::string trace_id(const Curve& curve);
std::string trace_id(const MetaTraining& training);

}  // namespace l2l::reports
