// A meta-training that takes milliseconds.
#pragma once

#include "harness/compute/meta_training.hpp"

namespace l2l {

/// Ten steps in two unrolls, two functions at a time, six horizons an epoch.
inline MetaTrainingRequest small_request(int epochs, Architecture kind = Architecture::lstm) {
  MetaTrainingRequest request;
  request.learned.architecture.kind = kind;
  request.learned.architecture.global_cells = 1;
  request.learned.architecture.history = 3;
  request.learned.architecture.lstm.hidden = 4;
  request.learned.architecture.lstm.output_scale = 0.1;
  auto& training = request.learned.training;
  training.horizon = 10;
  training.unroll = 5;
  training.instances = 2;
  training.horizons_per_epoch = 6;
  training.validation_instances = 3;
  training.final_learning_rate_ratio = 0.1;
  request.epochs = training.epochs = epochs;
  request.learning_rate = 0.02;
  return request;
}

inline MetaTrainingHooks no_hooks() {
  return {[](const auto&) {}, [](double, const auto&) {}, [] {}};
}

}  // namespace l2l
