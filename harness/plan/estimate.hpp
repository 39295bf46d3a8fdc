// Rough cost of jobs from their sizes alone: for `l2lbench plan`, progress weights and the memory budget.
// Right to a factor of two or so; nothing in a result depends on it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "harness/suite/suite.hpp"

namespace l2l {

struct Estimate {
  double flop = 0;
  std::size_t bytes = 0;  ///< working memory; the shared data set is not counted
};

/// Coordinates of theta.
std::size_t coordinates_of(const OptimizeeSpec& spec);

Estimate estimate_tune(const OptimizeeSpec& optimizee, const BaselineSpec& baseline, int horizon);
/// @param epochs at most so many; early stopping may end sooner
Estimate estimate_meta_train(const OptimizeeSpec& optimizee, const LearnedSpec& learned, int epochs);
Estimate estimate_select(const ArchitectureSpec& architecture, std::size_t candidates);
Estimate estimate_evaluate(const OptimizeeSpec& optimizee, const OptimizerSpec& optimizer, int horizon,
                           std::uint64_t seeds);

/// FLOP of one step on one problem: a gradient and the optimizer's update. Of a convolution they count as all
/// others, however long they take.
double step_flop(const OptimizeeSpec& optimizee, const OptimizerSpec& optimizer);

/// Throws Error{suite}, with the number and what to do, where a learned optimizer's memory M does not fit.
/// @param budget  bytes that jobs may need
void check_memory(const Suite& suite, std::size_t budget);

}  // namespace l2l
