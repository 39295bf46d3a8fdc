#include "optimizers/learned_optimizer.hpp"

#include "core/error.hpp"
#include "optimizers/architectures.hpp"

namespace l2l {

template <class Real>
LearnedOptimizer<Real>::LearnedOptimizer(const ArchitectureSpec& spec, PhiAssignment assignment,
                                         DashedEdges edges)
    : spec_(spec), assignment_(std::move(assignment)), parts_(assignment_.parts.size()) {
  std::size_t owned = 0;
  for (std::size_t p = 0; p < parts_.size(); ++p) {
    if (edges == DashedEdges::kept) {
      L2L_CHECK(parts_.size() == 1, "{} phis", parts_.size());
      auto coupled = architecture_row(spec_.kind).factories<Real>().make_stepwise(spec_);
      coupled_ = coupled.get();
      parts_[p].architecture = std::move(coupled);
    } else {
      parts_[p].architecture = make_architecture<Real>(spec_);
    }
    for (const auto& range : assignment_.parts[p]) owned += range.end - range.begin;
  }
  L2L_CHECK(owned == assignment_.dimension, "{} of {} coordinates have an optimizer", owned,
            assignment_.dimension);
}

template <class Real>
void LearnedOptimizer<Real>::set_phi(std::span<const Real> phi) {
  L2L_CHECK(phi.size() == phi_count(), "{} values for {} parameters", phi.size(), phi_count());
  const std::size_t each = phi_size(spec_);
  for (std::size_t p = 0; p < parts_.size(); ++p)
    parts_[p].architecture->set_phi(phi.subspan(p * each, each));
}

template <class Real>
void LearnedOptimizer<Real>::start(std::size_t n) {
  L2L_CHECK(n % assignment_.dimension == 0, "{} coordinates in functions of {}", n, assignment_.dimension);
  for (std::size_t p = 0; p < parts_.size(); ++p) {
    auto& part = parts_[p];
    const std::size_t functions = n / assignment_.dimension;
    part.owned = CoordinateRanges(assignment_.parts[p], assignment_.dimension, functions);
    part.architecture->start(functions, functions ? part.owned.size() / functions : 0);
    if (part.owned.is_everything()) continue;
    part.gradient.resize(part.owned.size());
    part.update.resize(part.owned.size());
  }
  update_.resize(n);
  recording_ = false;
}

template <class Real>
void LearnedOptimizer<Real>::step(std::span<const Real> gradient, std::span<Real> theta) {
  for (auto& part : parts_) {
    const bool copies = !part.owned.is_everything();
    if (copies) part.owned.gather(gradient, std::span<Real>(part.gradient));
    const std::span<const Real> in = copies ? std::span<const Real>(part.gradient) : gradient;
    const std::span<Real> out = copies ? std::span<Real>(part.update) : std::span<Real>(update_);
    if (recording_) {
      part.architecture->recorded_step(in, out);
    } else {
      part.architecture->step(in, out);
    }
    if (copies) part.owned.scatter(std::span<const Real>(part.update), std::span<Real>(update_));
  }
  for (std::size_t i = 0; i < theta.size(); ++i) theta[i] += update_[i];
}

template <class Real>
void LearnedOptimizer<Real>::begin_unroll(std::size_t steps) {
  for (auto& part : parts_) part.architecture->begin_unroll(steps);
  recording_ = true;
}

template <class Real>
void LearnedOptimizer<Real>::backward(std::span<const Real> final_gradient, std::span<const Real> weights,
                                      Real scale, std::span<double> dphi) {
  const std::size_t each = phi_size(spec_);
  for (std::size_t p = 0; p < parts_.size(); ++p) {
    auto& part = parts_[p];
    std::span<const Real> final_owned = final_gradient;
    if (!part.owned.is_everything()) {
      part.owned.gather(final_gradient, std::span<Real>(part.gradient));
      final_owned = part.gradient;
    }
    part.architecture->backward(final_owned, weights, scale, dphi.subspan(p * each, each));
  }
  recording_ = false;
}

template <class Real>
void LearnedOptimizer<Real>::backward_through(const UpdateAdjoint<Real>& update_adjoint,
                                              std::span<double> dphi) {
  L2L_CHECK(coupled_ != nullptr, "the dashed edges are dropped");
  coupled_->backward_through(update_adjoint, dphi);
  recording_ = false;
}

template class LearnedOptimizer<float>;
template class LearnedOptimizer<double>;

}  // namespace l2l
