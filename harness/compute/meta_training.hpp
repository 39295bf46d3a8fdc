// Meta-training of one learned optimizer: epochs of horizons, validation after each, the best phi kept
// (paper section 3), checkpointed between epochs.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/suite/suite.hpp"
#include "optimizees/optimizee.hpp"
#include "optimizers/learned_optimizer.hpp"

namespace l2l {

struct MetaTrainingRequest {
  LearnedSpec learned;
  double learning_rate = 0.01;
  int epochs = 1;
  std::uint64_t seed = 0;     ///< of the initial phi and of the training functions
  std::uint64_t replica = 0;  ///< whose seeds and validation functions these are: replicas share none
};

/// The state between two epochs: all that the rest of the training depends on.
struct MetaTrainingState {
  std::vector<double> phi;
  std::vector<double> first_moment, second_moment;
  std::int64_t adam_steps = 0;
  std::vector<double> best_phi;
  int best_epoch = 0;                     ///< 1-based; 0: no epoch had a finite validation loss
  std::vector<double> train_losses;       ///< per epoch: mean loss over horizons and steps, finite ones
  std::vector<double> validation_losses;  ///< per epoch: mean final loss on the validation functions

  int epochs_done() const { return static_cast<int>(validation_losses.size()); }
  double best_validation() const;  ///< +inf where best_epoch is 0

  std::string serialize() const;
  static MetaTrainingState deserialize(const std::string& bytes);
};

struct MetaTrainingHooks {
  std::function<void(const MetaTrainingState&)> epoch_done;
  std::function<void(double fraction, const std::string& text)> progress;
  std::function<void()> check_stop;  ///< may throw
};

/// Which coordinates each phi owns on this family (LearnedSpec::phi_groups); Error{suite} where the groups
/// are no partition of the family's.
PhiAssignment assign_phi(const LearnedSpec& learned, const OptimizeeFamily& family);

/// Trains from the start, or on from `from`: the result is the same to the bit.
MetaTrainingState meta_train(const OptimizeeFamily& family, const MetaTrainingRequest& request,
                             std::optional<MetaTrainingState> from, const MetaTrainingHooks& hooks);

}  // namespace l2l
