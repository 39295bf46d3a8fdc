// The fields of the specifications of suite.hpp, and the sections of a suite that they make.
#pragma once

#include <string>

#include "core/fields.hpp"
#include "harness/suite/questions.hpp"
#include "harness/suite/schema.hpp"
#include "harness/suite/suite.hpp"

namespace l2l {

template <>
const Fields<LearningRateSearch>& fields();
template <>
const Fields<MetaTrainingSpec>& fields();
template <>
const Fields<LearnedSpec>& fields();
template <>
const Fields<TuningTarget>& fields();
template <>
const Fields<SearchRange>& fields();
template <>
const Fields<RandomSearch>& fields();
template <>
const Fields<TuningSpec>& fields();
template <>
const Fields<Cell>& fields();  ///< of an experiment: what all its cells have in common
template <>
const Fields<FigureSpec>& fields();
template <>
const Fields<ClaimSpec>& fields();
template <>
const Fields<reports::GateSettings>& fields();
template <>
const Fields<Suite>& fields();  ///< its own, without the sections

namespace suite {

/// The sections of a suite.
Node optimizee_node();
Node optimizer_node();
Node experiment_node();

inline Node horizon_node() {
  return schema::integer(1, 100'000);
}

/// The value of an axis as tables and figures print it.
std::string coordinate(const nlohmann::json& value);

}  // namespace suite
}  // namespace l2l
