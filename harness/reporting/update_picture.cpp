#include "harness/reporting/update_picture.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <variant>

#include <fmt/format.h>

#include "core/error.hpp"
#include "harness/compute/function_batch.hpp"
#include "harness/compute/meta_training.hpp"
#include "harness/compute/problem.hpp"
#include "harness/compute/tuned_rule.hpp"
#include "harness/suite/questions.hpp"
#include "optimizers/learned_optimizer.hpp"

namespace l2l {
namespace {

constexpr std::size_t kGradients = 161;  // on the x axis; odd, so that 0 is one of them
constexpr double kTimesMet = 4;          // so that the gradient that was met is on the grid

/// An optimizer of the experiment with what it needs to run; none where that is not in the store.
struct Contender {
  const Cell* cell = nullptr;
  std::vector<float> phi;  ///< learned: of all parts
  TunedRule baseline;

  std::size_t phi_size() const { return l2l::phi_size(cell->optimizer.learned->architecture); }

  /// For `n` coordinates that all belong to part `part` of phi.
  std::unique_ptr<Optimizer<float>> make(std::size_t n, std::size_t part) const {
    if (!cell->optimizer.learned) return baseline.make(static_cast<std::size_t>(cell->horizon));
    auto optimizer = std::make_unique<LearnedOptimizer<float>>(cell->optimizer.learned->architecture,
                                                               PhiAssignment::shared(n));
    optimizer->set_phi(std::span(phi).subspan(part * phi_size(), phi_size()));
    return optimizer;
  }
};

std::optional<Contender> contender(const Cell& cell, const CellJobs& jobs, const Plan& plan,
                                   const Store& store) {
  Contender result{&cell, {}, {}};
  if (cell.optimizer.learned) {
    const auto selected = store.get(plan.jobs[jobs.select.front()].key);
    if (!selected) return std::nullopt;
    result.phi = std::get<std::vector<float>>(selected->arrays.at("phi").values);
    return result;
  }
  const BaselineSpec& baseline = *cell.optimizer.baseline;
  result.baseline = {find_rule(baseline.rule), baseline.hyperparameters, baseline.schedule};
  if (jobs.tune.empty()) return result;
  const auto tuned = store.get(plan.jobs[jobs.tune.front()].key);
  if (!tuned) return std::nullopt;
  result.baseline.take(tuned->summary);
  return result;
}

/// The gradients that one coordinate meets while an optimizer runs.
struct History {
  std::vector<float> gradients;
  std::size_t coordinate = 0, part = 0;
};

History record(const Contender& learned, std::size_t steps) {
  const Cell& cell = *learned.cell;
  const auto family = make_family(cell.optimizee);
  FunctionBatch<float> function = sample_batch(*family, Role::test, cell.first_seed, 1);
  const PhiAssignment assignment = assign_phi(*cell.optimizer.learned, *family);
  LearnedOptimizer<float> optimizer(cell.optimizer.learned->architecture, assignment);
  optimizer.set_phi(learned.phi);
  optimizer.start_batch(1, function.dimension());
  std::vector<float> theta(function.size()), gradient(function.size()), loss(1);
  function.initial_theta(theta);
  History history;
  for (std::size_t t = 0; t < steps; ++t) {
    function.values_and_gradients(theta, t, loss, gradient);
    if (t == 0) {
      std::vector<std::size_t> order(gradient.size());
      for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
      const auto middle = order.begin() + static_cast<std::ptrdiff_t>(order.size() / 2);
      std::nth_element(order.begin(), middle, order.end(), [&](std::size_t a, std::size_t b) {
        return std::pair(std::abs(gradient[a]), a) < std::pair(std::abs(gradient[b]), b);
      });
      history.coordinate = *middle;
    }
    history.gradients.push_back(gradient[history.coordinate]);
    if (!std::isfinite(history.gradients.back())) break;
    optimizer.step(gradient, theta);
  }
  for (std::size_t part = 0; part < assignment.parts.size(); ++part)
    for (const CoordinateRange& range : assignment.parts[part])
      if (range.begin <= history.coordinate && history.coordinate < range.end) history.part = part;
  return history;
}

std::vector<double> proposals(const Contender& contender, const History& history, std::size_t step,
                              const std::vector<float>& gradients) {
  const std::size_t n = gradients.size();
  const auto optimizer = contender.make(n, contender.cell->optimizer.learned ? history.part : 0);
  optimizer->start_batch(1, n);
  std::vector<float> theta(n, 0.0F);
  for (std::size_t t = 0; t + 1 < step; ++t) {
    const std::vector<float> same(n, history.gradients[t]);
    optimizer->step(same, theta);
  }
  const std::vector<float> before = theta;
  optimizer->step(gradients, theta);
  std::vector<double> updates;
  for (std::size_t i = 0; i < n; ++i) updates.push_back(static_cast<double>(theta[i]) - before[i]);
  return updates;
}

}  // namespace

std::optional<reports::UpdatePicture> update_picture(const FigureSpec& figure, const Suite& suite,
                                                     const Plan& plan, const Store& store) {
  std::size_t e = 0;
  while (suite.experiments.at(e).name != figure.experiments.front()) ++e;
  const std::vector<Cell>& cells = suite.experiments[e].cells;
  std::vector<Contender> contenders;
  for (const std::string& name : figure.optimizers) {
    const auto cell = std::find_if(cells.begin(), cells.end(), [&](const Cell& each) {
      return each.optimizer.name == name &&
             (contenders.empty() || each.optimizee.name == contenders.front().cell->optimizee.name);
    });
    L2L_CHECK(cell != cells.end(), "figure={} optimizer={}", figure.name, name);
    auto found = contender(*cell, plan.cells[e][static_cast<std::size_t>(cell - cells.begin())], plan, store);
    if (!found) return std::nullopt;
    contenders.push_back(std::move(*found));
  }
  const int longest = *std::max_element(figure.steps.begin(), figure.steps.end());
  const History history = record(contenders.front(), static_cast<std::size_t>(longest));
  const OptimizeeSpec& optimizee = contenders.front().cell->optimizee;
  reports::UpdatePicture picture{
      figure.name,
      fmt::format("coordinate {} of a problem of {}, minimised by {}{}", history.coordinate,
                  optimizee.label.empty() ? optimizee.name : optimizee.label,
                  contenders.front().cell->optimizer.label,
                  contenders.front().cell->optimizer.learned->training.replicas > 1 ? ", replica 0" : ""),
      {}};
  for (const int step : figure.steps) {
    const auto s = static_cast<std::size_t>(step);
    if (s > history.gradients.size() || !std::isfinite(history.gradients[s - 1])) continue;
    reports::UpdatePicture::Panel& panel = picture.panels.emplace_back();
    panel.step = step;
    panel.seen = history.gradients[s - 1];
    const double reach = panel.seen != 0 ? kTimesMet * std::abs(panel.seen) : 1;
    std::vector<float> gradients;
    for (std::size_t i = 0; i < kGradients; ++i) {
      const double share = 2 * static_cast<double>(i) / (kGradients - 1) - 1;
      gradients.push_back(static_cast<float>(reach * share));
    }
    panel.gradients.assign(gradients.begin(), gradients.end());
    for (const Contender& each : contenders)
      panel.proposals.push_back(
          {each.cell->optimizer.name, each.cell->optimizer.label, proposals(each, history, s, gradients)});
  }
  return picture;
}

}  // namespace l2l
