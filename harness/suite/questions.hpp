// What a suite asks of its report: figures and claims.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "core/names.hpp"
#include "reports/results/questions.hpp"

namespace l2l {

using reports::FigureKind;

/// What is drawn: as reports::Figure, and what the harness has to compute for it.
struct FigureSpec : reports::Figure {
  std::vector<std::string>
      optimizers;          ///< updates: whose; the first one is learned, its gradients are the history
  std::vector<int> steps;  ///< updates: one panel each
};

/// A machine-checkable statement; see reports/claims/claims.hpp for the verdicts.
struct ClaimSpec : reports::Claim {
  Where location;
};

template <>
struct SpecNames<reports::FigureKind> {
  static constexpr std::array<std::pair<reports::FigureKind, std::string_view>, 6> names = {
      {{reports::FigureKind::curves, "curves"},
       {reports::FigureKind::scatter, "scatter"},
       {reports::FigureKind::profile, "profile"},
       {reports::FigureKind::reached, "reached"},
       {reports::FigureKind::updates, "updates"},
       {reports::FigureKind::heat_map, "heat-map"}}};
};
template <>
struct SpecNames<reports::Cost> {
  static constexpr std::array<std::pair<reports::Cost, std::string_view>, 4> names = {
      {{reports::Cost::steps, "steps"},
       {reports::Cost::evaluations, "evaluations"},
       {reports::Cost::flop, "flop"},
       {reports::Cost::seconds, "seconds"}}};
};
template <>
struct SpecNames<reports::Band> {
  static constexpr std::array<std::pair<reports::Band, std::string_view>, 2> names = {
      {{reports::Band::mean, "mean"}, {reports::Band::quantiles, "quantiles"}}};
};
template <>
struct SpecNames<reports::Statistic> {
  static constexpr std::array<std::pair<reports::Statistic, std::string_view>, 3> names = {
      {{reports::Statistic::mean, "mean"},
       {reports::Statistic::geometric_mean, "geometric-mean"},
       {reports::Statistic::median, "median"}}};
};

}  // namespace l2l
