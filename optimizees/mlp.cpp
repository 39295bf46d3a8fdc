#include "optimizees/mlp.hpp"

namespace l2l {
namespace {

class MlpFamily final : public OptimizeeFamily {
 public:
  explicit MlpFamily(const MlpFamilyOptions& options) : options_(options) {
    const ImageDataset& data = options_.checked_data();
    shape_.activation = options_.activation;
    shape_.widths.push_back(data.features());
    shape_.widths.insert(shape_.widths.end(), options_.hidden.begin(), options_.hidden.end());
    shape_.widths.push_back(options_.classes());
    groups_ = shape_.groups();
  }

  std::size_t dimension() const override { return groups_.back().end; }
  const std::vector<ParameterGroup>& groups() const override { return groups_; }
  std::unique_ptr<Optimizee<float>> sample(Role role, std::uint64_t index) const override {
    return std::make_unique<SampledMinibatches<MlpNetwork<float>>>(
        shape_, options_, PixelOrder::planar, role, index,
        gaussian_theta(options_, role, index, dimension()));
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
  return std::make_unique<FixedMinibatch<MlpNetwork<Real>, Real>>(shape, x, labels, theta0);
}

template std::unique_ptr<Optimizee<float>> make_mlp(const MlpShape&, std::span<const float>,
                                                    std::span<const std::uint8_t>, std::span<const float>);
template std::unique_ptr<Optimizee<double>> make_mlp(const MlpShape&, std::span<const double>,
                                                     std::span<const std::uint8_t>, std::span<const double>);

std::shared_ptr<const OptimizeeFamily> make_mlp_family(const MlpFamilyOptions& options) {
  return std::make_shared<MlpFamily>(options);
}

}  // namespace l2l
