// What optimizees on minibatches of labelled images have in common, whatever network they are of.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/aligned_vector.hpp"
#include "core/error.hpp"
#include "core/random.hpp"
#include "datasets/dataset.hpp"
#include "datasets/label_subset.hpp"
#include "datasets/minibatch.hpp"
#include "optimizees/optimizee.hpp"
#include "optimizees/problem_seed.hpp"

namespace l2l {

/// Examples [begin, end) of a part of a dataset, all of them or those of a few labels.
struct ExampleRange {
  std::shared_ptr<const ImageDataset> data;
  std::size_t begin = 0;
  std::size_t end = 0;
  std::shared_ptr<const LabelSubset> subset = nullptr;

  std::size_t classes() const { return static_cast<std::size_t>(subset ? subset->classes : data->classes); }
};

/// The random ingredients of a family are theta_0 ~ N(0, init_stddev^2) and the minibatches.
struct LabelledFamilyOptions {
  std::string identity;  ///< canonical configuration, from which every seed is derived
  std::size_t batch = 128;
  double init_stddev = 0.01;
  /// Where each role draws its minibatches, by static_cast<size_t>(Role); all of one image size.
  std::array<ExampleRange, 4> examples;

  /// L2L_CHECKs that the ranges lie in their data and fit together; returns the data of the first.
  const ImageDataset& checked_data() const;
  std::size_t classes() const { return examples.front().classes(); }
};

/// A network on whatever minibatch load() leaves in x_ and labels_.
/// @tparam Network  MlpNetwork<Real> or ConvNetNetwork<Real>
template <class Network, class Real>
class NetworkOptimizee : public Optimizee<Real> {
 public:
  std::size_t dimension() const override { return theta0_.size(); }
  const std::vector<ParameterGroup>& groups() const override { return groups_; }
  void initial_theta(std::span<Real> theta) const override {
    L2L_CHECK(theta.size() == theta0_.size(), "theta={} n={}", theta.size(), theta0_.size());
    std::copy(theta0_.begin(), theta0_.end(), theta.begin());
  }
  Real value(std::span<const Real> theta, std::uint64_t step) override {
    load(step);
    return network_.loss(theta, x_, labels_);
  }
  Real value_and_gradient(std::span<const Real> theta, std::uint64_t step,
                          std::span<Real> gradient) override {
    load(step);
    const Real loss = network_.loss(theta, x_, labels_);
    network_.gradient(theta, x_, labels_, gradient);
    return loss;
  }

 protected:
  template <class Shape>
  NetworkOptimizee(const Shape& shape, std::size_t batch, std::vector<Real> theta0)
      : network_(shape, batch),
        groups_(shape.groups()),
        theta0_(std::move(theta0)),
        x_(batch * shape.inputs()),
        labels_(batch) {
    L2L_CHECK(theta0_.size() == shape.parameters(), "theta0={} parameters={}", theta0_.size(),
              shape.parameters());
  }
  virtual void load(std::uint64_t step) = 0;

  Network network_;
  std::vector<ParameterGroup> groups_;
  std::vector<Real> theta0_;
  AlignedVector<Real> x_;  // (batch, inputs)
  std::vector<std::uint8_t> labels_;
};

/// On one fixed minibatch.
template <class Network, class Real>
class FixedMinibatch final : public NetworkOptimizee<Network, Real> {
 public:
  template <class Shape>
  FixedMinibatch(const Shape& shape, std::span<const Real> x, std::span<const std::uint8_t> labels,
                 std::span<const Real> theta0)
      : NetworkOptimizee<Network, Real>(shape, labels.size(),
                                        std::vector<Real>(theta0.begin(), theta0.end())) {
    L2L_CHECK(x.size() == this->x_.size(), "x={} expected {}", x.size(), this->x_.size());
    std::copy(x.begin(), x.end(), this->x_.begin());
    std::copy(labels.begin(), labels.end(), this->labels_.begin());
  }

 private:
  void load(std::uint64_t) override {}
};

/// On minibatches drawn from a dataset: step t draws the same one always.
template <class Network>
class SampledMinibatches final : public NetworkOptimizee<Network, float> {
 public:
  template <class Shape>
  SampledMinibatches(const Shape& shape, const LabelledFamilyOptions& options, PixelOrder order, Role role,
                     std::uint64_t index, std::vector<float> theta0)
      : NetworkOptimizee<Network, float>(shape, options.batch, std::move(theta0)),
        examples_(options.examples[static_cast<std::size_t>(role)]),
        order_(order),
        minibatch_seed_(problem_seed(options.identity, role, index, "minibatches")),
        indices_(options.batch) {}

 private:
  void load(std::uint64_t step) override {
    if (loaded_step_ == step)
      return;  // a value after a gradient, or the other way round, sees the same minibatch
    const LabelSubset* const subset = examples_.subset.get();
    if (subset == nullptr) {
      draw_minibatch(minibatch_seed_, step, examples_.begin, examples_.end, indices_);
    } else {
      draw_minibatch(minibatch_seed_, step, 0, subset->examples.size(), indices_);
      for (std::uint32_t& index : indices_) index = subset->examples[index];
    }
    gather_minibatch<float>(*examples_.data, indices_, this->x_, this->labels_, order_);
    if (subset != nullptr)
      for (std::uint8_t& label : this->labels_) label = subset->renumbered[label];
    loaded_step_ = step;
  }

  ExampleRange examples_;
  PixelOrder order_;
  std::uint64_t minibatch_seed_;
  std::vector<std::uint32_t> indices_;
  std::optional<std::uint64_t> loaded_step_;
};

/// theta_0 of a sampled function: `count` values, IID N(0, init_stddev^2).
inline std::vector<float> gaussian_theta(const LabelledFamilyOptions& options, Role role, std::uint64_t index,
                                         std::size_t count) {
  std::vector<float> theta(count);
  RandomStream(problem_seed(options.identity, role, index, "theta"))
      .fill_normal<float>(theta, options.init_stddev);
  return theta;
}

/// Functions that are one network on minibatches drawn from a dataset.
/// @tparam Network  as of SampledMinibatches
template <class Network, class Shape>
class NetworkFamily : public OptimizeeFamily {
 public:
  /// @param shape  fits the images and classes of `options`
  NetworkFamily(const LabelledFamilyOptions& options, Shape shape, PixelOrder order = PixelOrder::planar)
      : options_(options), shape_(std::move(shape)), order_(order), groups_(shape_.groups()) {}

  std::size_t dimension() const final { return groups_.back().end; }
  const std::vector<ParameterGroup>& groups() const final { return groups_; }
  std::unique_ptr<Optimizee<float>> sample(Role role, std::uint64_t index) const final {
    std::vector<float> theta = gaussian_theta(options_, role, index, dimension());
    set_fixed(shape_, theta);
    return std::make_unique<SampledMinibatches<Network>>(shape_, options_, order_, role, index,
                                                         std::move(theta));
  }

 private:
  /// What of theta_0 is not drawn: nothing, unless a network says otherwise.
  virtual void set_fixed(const Shape&, std::span<float> /*theta*/) const {}

  LabelledFamilyOptions options_;
  Shape shape_;
  PixelOrder order_;
  std::vector<ParameterGroup> groups_;
};

}  // namespace l2l
