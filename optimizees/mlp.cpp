#include "optimizees/mlp.hpp"

namespace l2l {
template <class Real>
std::unique_ptr<Optimizee<Real>> make_mlp(const MlpShape& shape, std::span<const Real> x,
                                          std::span<const std::uint8_t> labels,
                                          std::span<const Real> theta0) {
  return std::make_unique<FixedMinibatch<MlpNetwork<Real>, Real>>(shape, x, labels, theta0);
}

template std::unique_ptr<Optimizee<float>> make_mlp(const MlpShape&, std::span<const float>,
                                                    std::span<const std::uint8_t>, std::span<const float>);
template std::unique_ptr<Optimizee<double>> make_mlp(const MlpShape&, std::span<const double>,
                                                     std::span<const std::uint8_t>, std::span<const double>);

std::shared_ptr<const OptimizeeFamily> make_mlp_family(const MlpFamilyOptions& options) {
  MlpShape shape{{options.checked_data().features()}, options.activation};
  shape.widths.insert(shape.widths.end(), options.hidden.begin(), options.hidden.end());
  shape.widths.push_back(options.classes());
  return std::make_shared<NetworkFamily<MlpNetwork<float>, MlpShape>>(options, std::move(shape));
}

}  // namespace l2l
