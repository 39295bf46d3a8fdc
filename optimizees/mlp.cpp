#include "optimizees/mlp.hpp"

#include <algorithm>
#include <optional>

#include "core/error.hpp"
#include "core/random.hpp"
#include "datasets/minibatch.hpp"
#include "optimizees/problem_seed.hpp"

namespace l2l {
namespace {

// The MLP on whatever minibatch load() leaves in x_ and labels_.
template <class Real>
class MlpBase : public Optimizee<Real> {
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
  MlpBase(const MlpShape& shape, std::size_t batch)
      : network_(shape, batch),
        groups_(shape.groups()),
        theta0_(shape.parameters()),
        x_(batch * shape.inputs()),
        labels_(batch) {}
  virtual void load(std::uint64_t step) = 0;

  MlpNetwork<Real> network_;
  std::vector<ParameterGroup> groups_;
  std::vector<Real> theta0_;
  std::vector<Real> x_;  // (batch, inputs)
  std::vector<std::uint8_t> labels_;
};

template <class Real>
class FixedMlp final : public MlpBase<Real> {
 public:
  FixedMlp(const MlpShape& shape, std::span<const Real> x, std::span<const std::uint8_t> labels,
           std::span<const Real> theta0)
      : MlpBase<Real>(shape, labels.size()) {
    L2L_CHECK(x.size() == this->x_.size() && theta0.size() == this->theta0_.size(), "x={} theta0={}",
              x.size(), theta0.size());
    std::copy(x.begin(), x.end(), this->x_.begin());
    std::copy(labels.begin(), labels.end(), this->labels_.begin());
    std::copy(theta0.begin(), theta0.end(), this->theta0_.begin());
  }

 private:
  void load(std::uint64_t) override {}
};

class SampledMlp final : public MlpBase<float> {
 public:
  SampledMlp(const MlpShape& shape, const MlpFamilyOptions& options, Role role, std::uint64_t index)
      : MlpBase<float>(shape, options.batch),
        examples_(options.examples[static_cast<std::size_t>(role)]),
        minibatch_seed_(problem_seed(options.identity, role, index, "minibatches")),
        indices_(options.batch) {
    RandomStream(problem_seed(options.identity, role, index, "theta"))
        .fill_normal<float>(theta0_, options.init_stddev);
  }

 private:
  void load(std::uint64_t step) override {
    if (loaded_step_ == step)
      return;  // a value after a gradient, or the other way round, sees the same minibatch
    draw_minibatch(minibatch_seed_, step, examples_.begin, examples_.end, indices_);
    gather_minibatch<float>(*examples_.data, indices_, x_, labels_);
    loaded_step_ = step;
  }

  ExampleRange examples_;
  std::uint64_t minibatch_seed_;
  std::vector<std::uint32_t> indices_;
  std::optional<std::uint64_t> loaded_step_;
};

class MlpFamily final : public OptimizeeFamily {
 public:
  explicit MlpFamily(const MlpFamilyOptions& options) : options_(options) {
    const ExampleRange& first = options_.examples.front();
    for (const ExampleRange& range : options_.examples) {
      L2L_CHECK(range.data != nullptr, "a role has no examples");
      L2L_CHECK(range.begin < range.end && range.end <= range.data->count, "range [{}, {}) of {} examples",
                range.begin, range.end, range.data->count);
      L2L_CHECK(
          range.data->features() == first.data->features() && range.data->classes == first.data->classes,
          "features {} and {}, classes {} and {}", range.data->features(), first.data->features(),
          range.data->classes, first.data->classes);
    }
    shape_.activation = options_.activation;
    shape_.widths.push_back(first.data->features());
    shape_.widths.insert(shape_.widths.end(), options_.hidden.begin(), options_.hidden.end());
    shape_.widths.push_back(static_cast<std::size_t>(first.data->classes));
    groups_ = shape_.groups();
  }

  std::size_t dimension() const override { return groups_.back().end; }
  const std::vector<ParameterGroup>& groups() const override { return groups_; }
  std::unique_ptr<Optimizee<float>> sample(Role role, std::uint64_t index) const override {
    return std::make_unique<SampledMlp>(shape_, options_, role, index);
  }

  // Two products forward and backward a layer; the inputs need no gradient.
  double gradient_flop() const override {
    double products = 0;
    for (std::size_t l = 0; l < shape_.layers(); ++l)
      products += (l == 0 ? 2.0 : 3.0) * static_cast<double>(shape_.widths[l] * shape_.widths[l + 1]);
    return 2.0 * static_cast<double>(options_.batch) * products;
  }
  std::size_t bytes_per_sample() const override {
    std::size_t units = shape_.inputs() + 2;
    for (std::size_t l = 0; l < shape_.layers(); ++l) units += 2 * shape_.widths[l + 1];
    return sizeof(float) * (options_.batch * units + dimension());
  }

 private:
  MlpFamilyOptions options_;
  MlpShape shape_;
  std::vector<ParameterGroup> groups_;
};

}  // namespace

template <class Real>
std::unique_ptr<Optimizee<Real>> make_mlp(const MlpShape& shape, std::span<const Real> x,
                                          std::span<const std::uint8_t> labels,
                                          std::span<const Real> theta0) {
  return std::make_unique<FixedMlp<Real>>(shape, x, labels, theta0);
}

template std::unique_ptr<Optimizee<float>> make_mlp(const MlpShape&, std::span<const float>,
                                                    std::span<const std::uint8_t>, std::span<const float>);
template std::unique_ptr<Optimizee<double>> make_mlp(const MlpShape&, std::span<const double>,
                                                     std::span<const std::uint8_t>, std::span<const double>);

std::shared_ptr<const OptimizeeFamily> make_mlp_family(const MlpFamilyOptions& options) {
  return std::make_shared<MlpFamily>(options);
}

}  // namespace l2l
