// From checked values to the structs of suite.hpp: references, ranges that depend on each other, sweeps.
#pragma once

#include <string>

#include "harness/suite/schema.hpp"
#include "harness/suite/suite.hpp"

namespace l2l::suite {

/// Each takes the checked value of one entry of its section. All throw Error{suite}.
OptimizeeSpec bind_optimizee(const std::string& name, const Value& value);
OptimizerSpec bind_optimizer(const std::string& name, const Value& value, const Suite& suite);
BaselineSpec bind_baseline(const Rule& rule, const Value& value, const std::string& what);
ExperimentSpec bind_experiment(const Value& value, const Suite& suite);
FigureSpec bind_figure(const Value& value, const Suite& suite);
ClaimSpec bind_claim(const Value& value, const Suite& suite);

/// Of an object with `low` and `high`, in this order.
void check_order(const Value& value, const std::string& what);

}  // namespace l2l::suite
