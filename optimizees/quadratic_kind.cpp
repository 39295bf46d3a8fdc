// Quadratics as a suite names them.
#include "optimizees/kind_of.hpp"
#include "optimizees/quadratic.hpp"

namespace l2l {

template <>
const Fields<QuadraticSettings>& fields() {
  using S = QuadraticSettings;
  static const Fields<S> described = {
      field("dimension", &S::dimension, schema::integer(1, 1'000), "of theta and y").axis("of a quadratic"),
      field("distribution", &S::distribution,
            "of W and y: N(0, 1), or U[0, 1); spectrum: W of a given condition")
          .axis("of a quadratic"),
      field("condition", &S::condition, schema::number(1, 1e6),
            "of spectrum: the condition number of W^T W, eigenvalues evenly spaced on a log scale")
          .axis("of a quadratic with a spectrum")
          .when([](const S& s) { return s.distribution == QuadraticDistribution::spectrum; }),
      init_stddev_field(&S::init_stddev)};
  return described;
}

namespace {

class QuadraticKind final : public KindOf<QuadraticSettings> {
 public:
  QuadraticKind() : KindOf("quadratic", "||W theta - y||^2", /*version=*/1) {}
  bool has_second_derivatives() const override { return true; }

 private:
  std::optional<std::string> refuse_axis(const QuadraticSettings& settings,
                                         std::string_view axis) const override {
    if (axis != "condition" || settings.distribution == QuadraticDistribution::spectrum) return std::nullopt;
    return fmt::format("is {}: an axis over `condition` needs `distribution: spectrum`",
                       name_of(settings.distribution));
  }
  OptimizeeShape shape_of(const QuadraticSettings& settings) const override {
    return quadratic_shape(settings.dimension);
  }
  std::shared_ptr<const OptimizeeFamily> family_of(const QuadraticSettings& settings,
                                                   const std::string& identity) const override {
    return make_quadratic_family({settings, identity});
  }
};

}  // namespace

std::unique_ptr<const OptimizeeKind> quadratic_kind() {
  return std::make_unique<QuadraticKind>();
}

}  // namespace l2l
