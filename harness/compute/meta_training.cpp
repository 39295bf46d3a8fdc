#include "harness/compute/meta_training.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "core/error.hpp"
#include "core/json.hpp"
#include "core/random.hpp"
#include "harness/compute/horizon.hpp"
#include "harness/compute/trajectories.hpp"

namespace l2l {
namespace {

/// Functions of different seeds, and validation functions of different replicas, never meet: each owns 2^40
/// indices.
constexpr int kIndexBitsPerSeed = 40;
constexpr std::uint64_t kMostSeeds = 1024;  // of a replica

/// Over all replicas; those of replica 0 are its seeds.
std::uint64_t stream_of(const MetaTrainingRequest& request) {
  L2L_CHECK(request.seed < kMostSeeds && request.replica < kMostSeeds, "seed={} replica={}", request.seed,
            request.replica);
  return request.replica * kMostSeeds + request.seed;
}

MetaTrainingState initial_state(const MetaTrainingRequest& request, std::size_t phis) {
  MetaTrainingState state;
  for (std::size_t p = 0; p < phis; ++p) {
    const auto phi = initial_phi(request.learned.architecture,
                                 seed_from(fmt::format("phi {} part {}", stream_of(request), p)));
    state.phi.insert(state.phi.end(), phi.begin(), phi.end());
  }
  state.first_moment.resize(state.phi.size());
  state.second_moment.resize(state.phi.size());
  state.best_phi = state.phi;
  return state;
}

/// Cosine from the full learning rate to final_learning_rate_ratio of it, over all updates of phi.
double learning_rate_at(const MetaTrainingRequest& request, double done) {
  const double low = request.learned.training.final_learning_rate_ratio;
  return request.learning_rate * (low + (1.0 - low) * 0.5 * (1.0 + std::cos(std::numbers::pi * done)));
}

class Trainer {
 public:
  Trainer(const OptimizeeFamily& family, const MetaTrainingRequest& request, MetaTrainingState& state,
          const MetaTrainingHooks& hooks)
      : family_(family),
        request_(request),
        training_(request.learned.training),
        state_(state),
        hooks_(hooks),
        assignment_(assign_phi(request.learned, family)) {}

  void run_epoch() {
    const int epoch = state_.epochs_done();
    LearnedOptimizer<float> optimizer(request_.learned.architecture, assignment_, edges());
    MetaAdam adam(0);
    adam.first_moment = state_.first_moment;
    adam.second_moment = state_.second_moment;
    adam.steps = state_.adam_steps;
    std::vector<double> phi = state_.phi;

    double loss_sum = 0;
    int finite = 0;
    for (int h = 0; h < training_.horizons_per_epoch; ++h) {
      hooks_.check_stop();
      const auto result = one_horizon(optimizer, epoch * training_.horizons_per_epoch + h, phi, adam);
      if (!result.diverged) {
        double sum = 0;
        for (const double loss : result.losses) sum += loss;
        loss_sum += sum / static_cast<double>(result.losses.size());
        ++finite;
      }
      report(epoch, h + 1, finite ? loss_sum / finite : std::numeric_limits<double>::infinity());
    }
    const double validation = validate(phi);
    state_.phi = std::move(phi);
    state_.first_moment = std::move(adam.first_moment);
    state_.second_moment = std::move(adam.second_moment);
    state_.adam_steps = adam.steps;
    state_.train_losses.push_back(finite ? loss_sum / finite : std::numeric_limits<double>::infinity());
    if (validation < state_.best_validation()) {
      state_.best_phi = state_.phi;
      state_.best_epoch = epoch + 1;
    }
    state_.validation_losses.push_back(validation);
  }

  bool finished() const {
    const int done = state_.epochs_done();
    if (done >= request_.epochs) return true;
    return training_.patience > 0 && done - state_.best_epoch >= training_.patience;
  }

 private:
  DashedEdges edges() const {
    return training_.second_derivatives ? DashedEdges::kept : DashedEdges::dropped;
  }

  HorizonResult one_horizon(LearnedOptimizer<float>& optimizer, int index, std::vector<double>& phi,
                            MetaAdam& adam) {
    const auto instances = static_cast<std::size_t>(training_.instances);
    const std::uint64_t first =
        (stream_of(request_) << kIndexBitsPerSeed) + static_cast<std::uint64_t>(index) * instances;
    FunctionBatch<float> functions = sample_batch(family_, Role::train, first, instances);
    const HorizonSettings settings{
        static_cast<std::size_t>(training_.horizon), static_cast<std::size_t>(training_.unroll),
        training_.weights.at_steps(training_.horizon), training_.gradient_clip, edges()};
    const double unrolls = std::ceil(static_cast<double>(training_.horizon) / training_.unroll);
    const double total = unrolls * request_.epochs * training_.horizons_per_epoch;
    return train_horizon<float>(
        optimizer, functions, settings,
        [&](std::size_t k) {
          return learning_rate_at(request_, (unrolls * index + static_cast<double>(k)) / total);
        },
        phi, adam);
  }

  double validate(const std::vector<double>& phi) const {
    const std::vector<float> rounded(phi.begin(), phi.end());
    const auto horizon = static_cast<std::size_t>(training_.horizon);
    const xt::xtensor<float, 2> losses = sample_trajectories(
        family_, Role::validation, request_.replica << kIndexBitsPerSeed,
        static_cast<std::size_t>(training_.validation_instances), horizon,
        [&] {
          auto optimizer =
              std::make_unique<LearnedOptimizer<float>>(request_.learned.architecture, assignment_);
          optimizer->set_phi(rounded);
          return optimizer;
        },
        hooks_.check_stop);
    return mean_final_loss(losses);
  }

  void report(int epoch, int horizons, double loss) const {
    const double share = static_cast<double>(horizons) / training_.horizons_per_epoch;
    const std::string best =
        state_.best_epoch ? fmt::format(", validation {:.4g}", state_.validation_losses.back()) : "";
    hooks_.progress((epoch + share) / request_.epochs, fmt::format("epoch {}/{}, training loss {:.4g}{}",
                                                                   epoch + 1, request_.epochs, loss, best));
  }

  const OptimizeeFamily& family_;
  const MetaTrainingRequest& request_;
  const MetaTrainingSpec& training_;
  MetaTrainingState& state_;
  const MetaTrainingHooks& hooks_;
  PhiAssignment assignment_;
};

}  // namespace

double MetaTrainingState::best_validation() const {
  return best_epoch ? validation_losses[static_cast<std::size_t>(best_epoch - 1)]
                    : std::numeric_limits<double>::infinity();
}

std::string MetaTrainingState::serialize() const {
  const nlohmann::json json{{"phi", phi},
                            {"first_moment", first_moment},
                            {"second_moment", second_moment},
                            {"adam_steps", adam_steps},
                            {"best_phi", best_phi},
                            {"best_epoch", best_epoch},
                            {"train_losses", train_losses},
                            {"validation_losses", validation_losses}};
  // CBOR keeps every bit of a double, infinities included.
  const auto bytes = nlohmann::json::to_cbor(json);
  return {bytes.begin(), bytes.end()};
}

MetaTrainingState MetaTrainingState::deserialize(const std::string& bytes) {
  try {
    const auto json = nlohmann::json::from_cbor(bytes);
    MetaTrainingState state;
    json.at("phi").get_to(state.phi);
    json.at("first_moment").get_to(state.first_moment);
    json.at("second_moment").get_to(state.second_moment);
    json.at("adam_steps").get_to(state.adam_steps);
    json.at("best_phi").get_to(state.best_phi);
    json.at("best_epoch").get_to(state.best_epoch);
    json.at("train_losses").get_to(state.train_losses);
    json.at("validation_losses").get_to(state.validation_losses);
    return state;
  } catch (const nlohmann::json::exception& e) {
    throw Error(ErrorCode::store, fmt::format("a meta-training checkpoint is damaged: {}", e.what()),
                "remove the run directory, or run the suite with --run and a new one");
  }
}

PhiAssignment assign_phi(const LearnedSpec& learned, const OptimizeeFamily& family) {
  if (learned.phi_groups.empty()) return PhiAssignment::shared(family.dimension());
  const auto named = [&](const std::string& group) {
    return std::any_of(learned.phi_groups.begin(), learned.phi_groups.end(), [&](const auto& names) {
      return std::find(names.begin(), names.end(), group) != names.end();
    });
  };
  PhiAssignment assignment{family.dimension(), {}};
  std::size_t assigned = 0;
  for (const auto& names : learned.phi_groups) {
    auto& ranges = assignment.parts.emplace_back();
    for (const auto& group : family.groups()) {
      const std::string& name = named(group.name) ? group.name : group.goes_with;
      if (std::find(names.begin(), names.end(), name) == names.end()) continue;
      ranges.push_back({group.begin, group.end});
      assigned += group.end - group.begin;
    }
  }
  if (assigned != family.dimension()) {
    std::string known;
    for (const auto& group : family.groups()) {
      if (known.find(group.name) == std::string::npos) known += (known.empty() ? "" : ", ") + group.name;
    }
    throw Error(ErrorCode::suite,
                fmt::format("phi_groups assign {} coordinates of {}", assigned, family.dimension()),
                fmt::format("name every parameter group of the optimizee exactly once; it has: {}", known));
  }
  return assignment;
}

MetaTrainingState meta_train(const OptimizeeFamily& family, const MetaTrainingRequest& request,
                             std::optional<MetaTrainingState> from, const MetaTrainingHooks& hooks) {
  const std::size_t phis = std::max<std::size_t>(1, request.learned.phi_groups.size());
  MetaTrainingState state = from ? *std::move(from) : initial_state(request, phis);
  Trainer trainer(family, request, state, hooks);
  while (!trainer.finished()) {
    trainer.run_epoch();
    hooks.epoch_done(state);
  }
  return state;
}

}  // namespace l2l
