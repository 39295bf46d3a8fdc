#include "reports/pages/budget_table.hpp"

#include <set>

#include "reports/results/points.hpp"
#include "reports/results/results.hpp"

namespace l2l::reports {

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
