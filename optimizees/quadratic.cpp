#include "optimizees/quadratic.hpp"

#include <algorithm>

#include "core/error.hpp"
#include "core/random.hpp"
#include "optimizees/problem_seed.hpp"
#include "optimizees/spectrum.hpp"

namespace l2l {
namespace {

// out += factor * M^T x, M (n, n): a sum of rows of M, so that the inner loop runs over independent entries.
template <class Real>
void add_transposed_product(const std::vector<Real>& m, std::span<const Real> x, Real factor,
                            std::span<Real> out) {
  const std::size_t n = x.size();
  Real* const target = out.data();
  for (std::size_t k = 0; k < n; ++k) {
    const Real* const row = m.data() + k * n;
    const Real scaled = factor * x[k];
    for (std::size_t i = 0; i < n; ++i) target[i] += row[i] * scaled;
  }
}

template <class Real>
class Quadratic final : public Optimizee<Real> {
 public:
  Quadratic(std::vector<Real> w, std::vector<Real> y, std::vector<Real> theta0)
      : n_(y.size()),
        w_(std::move(w)),
        w_transposed_(w_.size()),
        y_(std::move(y)),
        theta0_(std::move(theta0)),
        residual_(n_),
        wv_(n_),
        groups_{{"theta", 0, n_}} {
    for (std::size_t i = 0; i < n_; ++i)
      for (std::size_t j = 0; j < n_; ++j) w_transposed_[j * n_ + i] = w_[i * n_ + j];
  }

  std::size_t dimension() const override { return n_; }
  const std::vector<ParameterGroup>& groups() const override { return groups_; }
  void initial_theta(std::span<Real> theta) const override {
    L2L_CHECK(theta.size() == n_, "theta={} n={}", theta.size(), n_);
    std::copy(theta0_.begin(), theta0_.end(), theta.begin());
  }

  Real value(std::span<const Real> theta, std::uint64_t) override {
    L2L_CHECK(theta.size() == n_, "theta={} n={}", theta.size(), n_);
    for (std::size_t i = 0; i < n_; ++i) residual_[i] = -y_[i];
    add_transposed_product<Real>(w_transposed_, theta, Real{1}, residual_);
    Real sum = 0;
    for (const Real r : residual_) sum += r * r;
    return sum;
  }

  Real value_and_gradient(std::span<const Real> theta, std::uint64_t step,
                          std::span<Real> gradient) override {
    L2L_CHECK(gradient.size() == n_, "gradient={} n={}", gradient.size(), n_);
    const Real f = value(theta, step);
    std::fill(gradient.begin(), gradient.end(), Real{0});
    add_transposed_product<Real>(w_, residual_, Real{2}, gradient);
    return f;
  }

  void hessian_vector_product(std::span<const Real> theta, std::uint64_t, std::span<const Real> v,
                              std::span<Real> product) override {
    L2L_CHECK(theta.size() == n_ && v.size() == n_ && product.size() == n_, "theta={} v={} product={} n={}",
              theta.size(), v.size(), product.size(), n_);
    std::fill(wv_.begin(), wv_.end(), Real{0});
    add_transposed_product<Real>(w_transposed_, v, Real{1}, wv_);
    std::fill(product.begin(), product.end(), Real{0});
    add_transposed_product<Real>(w_, wv_, Real{2}, product);
  }

 private:
  std::size_t n_;
  std::vector<Real> w_, w_transposed_, y_, theta0_;
  std::vector<Real> residual_, wv_;  // W theta - y, W v
  std::vector<ParameterGroup> groups_;
};

class QuadraticFamily final : public OptimizeeFamily {
 public:
  explicit QuadraticFamily(const QuadraticFamilyOptions& options)
      : options_(options), groups_{{"theta", 0, options.dimension}} {
    L2L_CHECK(options.dimension >= 1 && options.condition >= 1, "dimension={} condition={}",
              options.dimension, options.condition);
  }

  std::size_t dimension() const override { return options_.dimension; }
  const std::vector<ParameterGroup>& groups() const override { return groups_; }

  std::unique_ptr<Optimizee<float>> sample(Role role, std::uint64_t index) const override {
    const std::size_t n = options_.dimension;
    std::vector<float> w(n * n), y(n), theta0(n);
    const std::uint64_t function_seed = problem_seed(options_.identity, role, index, "function");
    if (options_.distribution == QuadraticDistribution::spectrum)
      w = matrix_of_condition(options_.condition, RandomStream(function_seed, 2),
                              RandomStream(function_seed, 3), n);
    else
      draw(RandomStream(function_seed, 0), w);
    draw(RandomStream(function_seed, 1), y);
    RandomStream(problem_seed(options_.identity, role, index, "theta"))
        .fill_normal<float>(theta0, options_.init_stddev);
    return std::make_unique<Quadratic<float>>(std::move(w), std::move(y), std::move(theta0));
  }

 private:
  void draw(const RandomStream& stream, std::span<float> out) const {
    if (options_.distribution == QuadraticDistribution::uniform)
      stream.fill_uniform<float>(out, 0.0, 1.0);
    else
      stream.fill_normal<float>(out, 1.0);
  }

  QuadraticFamilyOptions options_;
  std::vector<ParameterGroup> groups_;
};

}  // namespace

template <class Real>
std::unique_ptr<Optimizee<Real>> make_quadratic(std::span<const Real> w, std::span<const Real> y,
                                                std::span<const Real> theta0) {
  const std::size_t n = y.size();
  L2L_CHECK(n >= 1 && w.size() == n * n && theta0.size() == n, "w={} y={} theta0={}", w.size(), n,
            theta0.size());
  return std::make_unique<Quadratic<Real>>(std::vector<Real>(w.begin(), w.end()),
                                           std::vector<Real>(y.begin(), y.end()),
                                           std::vector<Real>(theta0.begin(), theta0.end()));
}

template std::unique_ptr<Optimizee<float>> make_quadratic(std::span<const float>, std::span<const float>,
                                                          std::span<const float>);
template std::unique_ptr<Optimizee<double>> make_quadratic(std::span<const double>, std::span<const double>,
                                                           std::span<const double>);

OptimizeeShape quadratic_shape(std::size_t n) {
  const std::size_t vectors = 4;  // y, theta_0, the residual and W v; W is held twice
  return {.groups = {{"theta", 0, n}},
          .gradient_flop = 4.0 * static_cast<double>(n) * static_cast<double>(n),
          .function_bytes = sizeof(float) * n * (2 * n + vectors)};
}

std::shared_ptr<const OptimizeeFamily> make_quadratic_family(const QuadraticFamilyOptions& options) {
  return std::make_shared<QuadraticFamily>(options);
}

}  // namespace l2l
