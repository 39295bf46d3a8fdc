// The points of a sweep: curves of one experiment that share optimizee and coordinates.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "reports/results/questions.hpp"
#include "reports/results/results.hpp"

namespace l2l::reports {

struct SweepPoint {
  const Experiment* experiment = nullptr;
  std::string optimizee, optimizee_label;
  std::map<std::string, std::string> coordinates;
  std::vector<const Curve*> curves;  ///< one per optimizer, in the suite's order
};

/// Of one experiment, in the order the suite has them.
std::vector<SweepPoint> sweep_points(const Experiment& experiment);

/// "hidden units" of "optimizee.hidden_units"; the field "hidden" of an optimizer says whose they are.
std::string axis_label(const std::string& axis);

/// What sets a point apart from the others of its experiment: "20 hidden units, 2 hidden layers"; the
/// optimizee where there are several; empty where there is one point only.
std::string point_label(const SweepPoint& point, const std::vector<SweepPoint>& all);

/// Experiment title and point label together.
std::string panel_title(const SweepPoint& point, const std::vector<SweepPoint>& all);

/// Whether the i-th rate, or trial, of a curve's tuning is the one that was taken.
bool is_chosen(const Curve& curve, std::size_t i);

/// What a step costs on one problem; of `steps` 1. None where it is not known.
std::optional<double> cost_of_step(const Curve& curve, Cost cost);

/// What tables and figures say of a baseline every rate of which diverged.
inline constexpr const char* kNoRateWorks = "no rate works";

std::string title_of(const Experiment& experiment);  ///< its name where it has no title
std::string label_of(const Curve& curve);            ///< its optimizer's name where it has no label
std::string label_of(const MetaTraining& training);  ///< likewise
std::string name_of(const MetaTraining& training);   ///< its label, and which of several replicas it is
std::string optimizee_label_of(const Curve& curve);  ///< its optimizee's name where that has no label
std::string optimizee_label_of(const MetaTraining& training);  ///< likewise

}  // namespace l2l::reports
