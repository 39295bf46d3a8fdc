#include "reports/pages/cost_tables.hpp"

#include <optional>

#include <fmt/format.h>

#include "reports/pages/results_tables.hpp"
#include "reports/results/equal_cost.hpp"
#include "reports/text/format.hpp"
#include "reports/text/units.hpp"

namespace l2l::reports {
namespace {

const std::vector<Column> kStepColumns = {{"Optimizer"}, {"Gradients a step", true}, {"FLOP a step", true},
                                          {"×", true},   {"Time a step", true},      {"×", true}};
const std::vector<Column> kEqualColumns = {
    {"At the cost of"},   {"Its loss", true},          {"Optimizer"},       {"Steps for its FLOP", true},
    {"Loss there", true}, {"Steps in its time", true}, {"Loss there", true}};

Cell ordered(std::string text, double order) {
  Cell cell(std::move(text));
  cell.order = order;
  return cell;
}

std::string cost_text(double cost, Cost kind) {
  return kind == Cost::flop ? flop_text(cost) : time_text(cost);
}

/// What a step costs and how many times the least of the point that is.
void add_cost(std::vector<Cell>& row, const SweepPoint& point, const Curve& curve, Cost kind) {
  const std::optional<double> cost = cost_of_step(curve, kind);
  const std::optional<double> times = times_the_least(point, curve, kind);
  row.push_back(cost ? ordered(cost_text(*cost, kind), *cost) : Cell("–"));
  row.push_back(times ? ordered(fmt::format("{:.{}f}", *times, *times < 9.95 ? 1 : 0), *times) : Cell("–"));
}

/// The steps of a baseline, and its loss there.
void add_equal(std::vector<Cell>& row, const EqualCost* equal, SummaryCache& cache) {
  if (equal == nullptr) {
    row.insert(row.end(), {"–", "–"});
    return;
  }
  const Summary& summary = cache.steps(*equal->baseline)[static_cast<std::size_t>(equal->step)];
  const std::string loss = mean_and_error(summary);
  row.push_back(count_cell(equal->steps));
  row.push_back(ordered(equal->ran_on() ? loss : fmt::format("({} at {})", loss, equal->step), summary.mean));
}

/// Which point a row is about; nothing where there is one only.
void add_point(std::vector<Cell>& row, const SweepPoint& point, const std::vector<SweepPoint>& all) {
  if (all.size() > 1) row.emplace_back(point_label(point, all));
}

void add_steps(Table& table, const SweepPoint& point, const std::vector<SweepPoint>& all) {
  for (const Curve* curve : point.curves) {
    if (!curve->step_cost) continue;
    std::vector<Cell>& row = table.rows.emplace_back();
    add_point(row, point, all);
    row.emplace_back(label_of(*curve));
    row.push_back(count_cell(curve->step_cost->gradients));
    add_cost(row, point, *curve, Cost::flop);
    add_cost(row, point, *curve, Cost::seconds);
  }
}

void add_equals(Table& table, const SweepPoint& point, const std::vector<SweepPoint>& all,
                SummaryCache& cache) {
  const std::vector<EqualCost> equals = equal_costs(point);
  for (std::size_t i = 0; i < equals.size(); ++i) {
    const EqualCost& one = equals[i];
    const EqualCost* by_cost[] = {one.cost == Cost::flop ? &one : nullptr,
                                  one.cost == Cost::seconds ? &one : nullptr};
    const bool both = i + 1 < equals.size() && equals[i + 1].learned == one.learned &&
                      equals[i + 1].baseline == one.baseline;
    if (both) by_cost[1] = &equals[++i];
    std::vector<Cell>& row = table.rows.emplace_back();
    add_point(row, point, all);
    row.emplace_back(fmt::format("{}, {} steps", label_of(*one.learned), one.learned->horizon));
    const Summary& end = cache.steps(*one.learned).back();
    row.push_back(ordered(mean_and_error(end), end.mean));
    row.emplace_back(label_of(*one.baseline));
    for (const EqualCost* equal : by_cost) add_equal(row, equal, cache);
  }
}

}  // namespace

std::vector<CostTables> cost_tables(const std::vector<Experiment>& experiments, SummaryCache& cache) {
  std::vector<CostTables> tables;
  for (const Experiment& experiment : experiments) {
    const std::vector<SweepPoint> points = sweep_points(experiment);
    CostTables one{title_of(experiment), {}, {}, points.size() > kMostOpenTables};
    if (points.size() > 1) one.steps.columns = one.equal.columns = {{"Point"}};
    for (const Column& column : kStepColumns) one.steps.columns.push_back(column);
    for (const Column& column : kEqualColumns) one.equal.columns.push_back(column);
    for (const SweepPoint& point : points) {
      add_steps(one.steps, point, points);
      add_equals(one.equal, point, points, cache);
    }
    if (!one.steps.empty()) tables.push_back(std::move(one));
  }
  return tables;
}

}  // namespace l2l::reports
