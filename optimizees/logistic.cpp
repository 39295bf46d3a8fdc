#include "optimizees/logistic.hpp"

namespace l2l {
std::vector<ParameterGroup> LogisticShape::groups() const {
  return network().groups();
}

double logistic_gradient_flop(const LogisticShape& shape, std::size_t batch) {
  const double weights = static_cast<double>(shape.features * shape.outcomes);
  return mlp_gradient_flop(shape.network(), batch) + (shape.l2 == 0 ? 0 : 4 * weights);
}

std::size_t logistic_bytes(const LogisticShape& shape, std::size_t batch) {
  return mlp_bytes(shape.network(), batch);
}

template <class Real>
LogisticNetwork<Real>::LogisticNetwork(const LogisticShape& shape, std::size_t batch)
    : network_(shape.network(), batch),
      weights_(shape.features * shape.outcomes),
      l2_(static_cast<Real>(shape.l2)) {}

template <class Real>
Real LogisticNetwork<Real>::loss(std::span<const Real> theta, std::span<const Real> x,
                                 std::span<const std::uint8_t> labels) {
  Real loss = network_.loss(theta, x, labels);
  if (l2_ == 0) return loss;
  Real squares = 0;
  for (const Real w : theta.first(weights_)) squares += w * w;
  return loss + l2_ / 2 * squares;
}

template <class Real>
void LogisticNetwork<Real>::gradient(std::span<const Real> theta, std::span<const Real> x,
                                     std::span<const std::uint8_t> labels, std::span<Real> gradient) {
  network_.gradient(theta, x, labels, gradient);
  if (l2_ == 0) return;
  for (std::size_t i = 0; i < weights_; ++i) gradient[i] += l2_ * theta[i];
}

template class LogisticNetwork<float>;
template class LogisticNetwork<double>;

template <class Real>
std::unique_ptr<Optimizee<Real>> make_logistic(const LogisticShape& shape, std::span<const Real> x,
                                               std::span<const std::uint8_t> labels,
                                               std::span<const Real> theta0) {
  return std::make_unique<FixedMinibatch<LogisticNetwork<Real>, Real>>(shape, x, labels, theta0);
}

template std::unique_ptr<Optimizee<float>> make_logistic(const LogisticShape&, std::span<const float>,
                                                         std::span<const std::uint8_t>,
                                                         std::span<const float>);
template std::unique_ptr<Optimizee<double>> make_logistic(const LogisticShape&, std::span<const double>,
                                                          std::span<const std::uint8_t>,
                                                          std::span<const double>);

std::shared_ptr<const OptimizeeFamily> make_logistic_family(const LogisticFamilyOptions& options) {
  return std::make_shared<NetworkFamily<LogisticNetwork<float>, LogisticShape>>(
      options, LogisticShape{options.checked_data().features(), options.classes(), options.l2});
}

}  // namespace l2l
