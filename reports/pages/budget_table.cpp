#include "reports/pages/budget_table.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "reports/results/points.hpp"
#include "reports/results/results.hpp"

namespace l2l::reports {
namespace {

/// 1,234,567
Cell count_cell(double count) {
  std::string digits = fmt::format("{:.0f}", count);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), ",");
  Cell cell(std::move(digits));
  cell.order = count;
  return cell;
}

}  // namespace

Table budget_table(const std::vector<Experiment>& experiments) {
  Table table;
  table.columns = {
      {"Experiment"}, {"Optimizer"}, {"Function evaluations", true}, {"Gradients", true}, {"Spent on"}};
  for (const Experiment& experiment : experiments) {
    std::set<std::string> seen;
    for (const Curve& curve : experiment.curves) {
      if (!curve.budget) continue;
      const Budget& budget = *curve.budget;
      std::vector<Cell> row = {title_of(experiment), label_of(curve), count_cell(budget.functions),
                               count_cell(budget.gradients), budget.spent_on};
      std::string text;
      for (const Cell& cell : row) text += cell.text() + "\n";
      if (seen.insert(text).second) table.rows.push_back(std::move(row));
    }
  }
  return table;
}

}  // namespace l2l::reports
