#include "reports/results/points.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace l2l::reports {

std::vector<SweepPoint> sweep_points(const Experiment& experiment) {
  std::vector<SweepPoint> points;
  for (const Curve& curve : experiment.curves) {
    auto found = std::find_if(points.begin(), points.end(), [&](const SweepPoint& point) {
      return point.optimizee == curve.optimizee && point.coordinates == curve.coordinates;
    });
    if (found == points.end()) {
      found = points.insert(points.end(),
                            {&experiment, curve.optimizee, optimizee_label_of(curve), curve.coordinates, {}});
    }
    found->curves.push_back(&curve);
  }
  return points;
}

std::string axis_label(const std::string& axis) {
  if (axis == "optimizer.hidden") return "LSTM hidden units";
  std::string text = axis.substr(axis.find('.') == std::string::npos ? 0 : axis.find('.') + 1);
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

std::string point_label(const SweepPoint& point, const std::vector<SweepPoint>& all) {
  std::vector<std::string> parts;
  const auto differs = [&](auto value) {
    return std::any_of(all.begin(), all.end(),
                       [&](const SweepPoint& other) { return value(other) != value(point); });
  };
  if (differs([](const SweepPoint& other) { return other.optimizee; }))
    parts.push_back(point.optimizee_label);
  for (const auto& [axis, value] : point.coordinates) {
    const auto coordinate = [&name = axis](const SweepPoint& other) {
      const auto found = other.coordinates.find(name);
      return found == other.coordinates.end() ? std::string() : found->second;
    };
    if (!differs(coordinate)) continue;
    std::string name = axis_label(axis);
    const bool counted = axis == "optimizee.hidden_units" || axis == "optimizee.hidden_layers";
    if (counted && value == "1") name.pop_back();  // 1 hidden layer
    parts.push_back(counted ? fmt::format("{} {}", value, name) : fmt::format("{} {}", name, value));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string panel_title(const SweepPoint& point, const std::vector<SweepPoint>& all) {
  const std::string label = point_label(point, all);
  return label.empty() ? title_of(*point.experiment)
                       : fmt::format("{}: {}", title_of(*point.experiment), label);
}

bool is_chosen(const Curve& curve, std::size_t i) {
  return curve.learning_rate && *curve.learning_rate == curve.tune_rates[i] &&
         (curve.tune_settings.empty() || curve.tune_settings[i] == curve.settings);
}

std::optional<double> cost_of_step(const Curve& curve, Cost cost) {
  if (cost == Cost::steps) return 1;
  if (!curve.step_cost) return std::nullopt;
  if (cost == Cost::seconds) return curve.step_cost->seconds;
  return cost == Cost::flop ? curve.step_cost->flop : curve.step_cost->gradients;
}

std::string title_of(const Experiment& experiment) {
  return experiment.title.empty() ? experiment.name : experiment.title;
}

std::string label_of(const Curve& curve) {
  return curve.label.empty() ? curve.optimizer : curve.label;
}

std::string label_of(const MetaTraining& training) {
  return training.label.empty() ? training.optimizer : training.label;
}

std::string name_of(const MetaTraining& training) {
  if (training.replicas == 1) return label_of(training);
  return fmt::format("{}, replica {}", label_of(training), training.replica);
}

std::string optimizee_label_of(const Curve& curve) {
  return curve.optimizee_label.empty() ? curve.optimizee : curve.optimizee_label;
}

std::string optimizee_label_of(const MetaTraining& training) {
  return training.optimizee_label.empty() ? training.optimizee : training.optimizee_label;
}

}  // namespace l2l::reports
