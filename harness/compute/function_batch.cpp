#include "harness/compute/function_batch.hpp"

#include <algorithm>

#include "core/error.hpp"
#include "core/parallel.hpp"

namespace l2l {
namespace {

/// Coordinates a task should hold at least: less work than this costs more to hand out than to do.
constexpr std::size_t kCoordinatesPerTask = 2048;

}  // namespace

template <class Real>
FunctionBatch<Real>::FunctionBatch(std::vector<std::unique_ptr<Optimizee<Real>>> functions)
    : functions_(std::move(functions)), dimension_(functions_.at(0)->dimension()) {
  for (const auto& f : functions_) {
    L2L_CHECK(f->dimension() == dimension_, "dimensions {} and {}", f->dimension(), dimension_);
  }
}

template <class Real>
template <class Body>
void FunctionBatch<Real>::for_each(const Body& body) {
  parallel_for_groups(count(), std::max<std::size_t>(1, kCoordinatesPerTask / dimension_), body);
}

template <class Real>
void FunctionBatch<Real>::initial_theta(std::span<Real> theta) const {
  for (std::size_t i = 0; i < count(); ++i)
    functions_[i]->initial_theta(theta.subspan(i * dimension_, dimension_));
}

template <class Real>
void FunctionBatch<Real>::values(std::span<const Real> theta, std::uint64_t step, std::span<Real> losses) {
  for_each([&](std::size_t i) {
    losses[i] = functions_[i]->value(theta.subspan(i * dimension_, dimension_), step);
  });
}

template <class Real>
void FunctionBatch<Real>::values_and_gradients(std::span<const Real> theta, std::uint64_t step,
                                               std::span<Real> losses, std::span<Real> gradient) {
  for_each([&](std::size_t i) {
    losses[i] = functions_[i]->value_and_gradient(theta.subspan(i * dimension_, dimension_), step,
                                                  gradient.subspan(i * dimension_, dimension_));
  });
}

template <class Real>
void FunctionBatch<Real>::hessian_vector_products(std::span<const Real> theta, std::uint64_t step,
                                                  std::span<const Real> v, std::span<Real> products) {
  for_each([&](std::size_t i) {
    functions_[i]->hessian_vector_product(theta.subspan(i * dimension_, dimension_), step,
                                          v.subspan(i * dimension_, dimension_),
                                          products.subspan(i * dimension_, dimension_));
  });
}

template class FunctionBatch<float>;
template class FunctionBatch<double>;

FunctionBatch<float> sample_batch(const OptimizeeFamily& family, Role role, std::uint64_t first,
                                  std::size_t count) {
  std::vector<std::unique_ptr<Optimizee<float>>> functions;
  functions.reserve(count);
  for (std::size_t i = 0; i < count; ++i) functions.push_back(family.sample(role, first + i));
  return FunctionBatch<float>(std::move(functions));
}

}  // namespace l2l
