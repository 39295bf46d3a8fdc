#include "optimizees/mlp.hpp"

#include <algorithm>
#include <cmath>

#include <catch2/catch.hpp>

#include "core/random.hpp"
#include "core/tolerances.hpp"
#include "finite_differences.hpp"

using namespace l2l;

namespace {

struct MlpProblem {
  MlpShape shape;
  std::vector<double> x, theta;
  std::vector<std::uint8_t> labels;
};

MlpProblem random_mlp(std::vector<std::size_t> widths, Activation activation, std::size_t batch) {
  MlpProblem p;
  p.shape = {std::move(widths), activation};
  p.x.resize(batch * p.shape.inputs());
  p.theta.resize(p.shape.parameters());
  p.labels.resize(batch);
  RandomStream(1).fill_uniform<double>(p.x, 0, 1);
  RandomStream(2).fill_normal<double>(p.theta, 0.4);
  for (std::size_t i = 0; i < batch; ++i)
    p.labels[i] = static_cast<std::uint8_t>(RandomStream(3).below(i, p.shape.classes()));
  return p;
}

// The equations in the plainest words, one example after another.
double plain_mlp_loss(const MlpProblem& p) {
  const std::size_t batch = p.labels.size();
  double total = 0;
  for (std::size_t e = 0; e < batch; ++e) {
    std::vector<double> a(p.x.begin() + static_cast<std::ptrdiff_t>(e * p.shape.inputs()),
                          p.x.begin() + static_cast<std::ptrdiff_t>((e + 1) * p.shape.inputs()));
    std::size_t offset = 0;
    for (std::size_t l = 0; l < p.shape.layers(); ++l) {
      const std::size_t in = p.shape.widths[l], out = p.shape.widths[l + 1];
      std::vector<double> z(out);
      for (std::size_t o = 0; o < out; ++o) {
        z[o] = p.theta[offset + in * out + o];
        for (std::size_t i = 0; i < in; ++i) z[o] += p.theta[offset + o * in + i] * a[i];
        if (l + 1 == p.shape.layers()) continue;
        switch (p.shape.activation) {
          case Activation::sigmoid:
            z[o] = 1 / (1 + std::exp(-z[o]));
            break;
          case Activation::tanh:
            z[o] = std::tanh(z[o]);
            break;
          case Activation::relu:
            z[o] = std::max(z[o], 0.0);
            break;
        }
      }
      offset += in * out + out;
      a = z;
    }
    double sum = 0;
    for (const double z : a) sum += std::exp(z);
    total += std::log(sum) - a[p.labels[e]];
  }
  return total / static_cast<double>(batch);
}

}  // namespace

TEST_CASE("an MLP's loss and gradient for every activation and 0 to 3 hidden layers") {
  const std::vector<std::vector<std::size_t>> shapes = {
      {5, 3}, {13, 7, 10}, {4, 9, 5, 3}, {11, 6, 5, 7, 2}, {1, 1, 2}};
  for (const Activation activation : {Activation::sigmoid, Activation::tanh, Activation::relu})
    for (const auto& widths : shapes)
      for (const std::size_t batch : {1U, 6U, 17U}) {
        const MlpProblem p = random_mlp(widths, activation, batch);
        const auto f = make_mlp<double>(p.shape, p.x, p.labels, p.theta);
        CAPTURE(widths, static_cast<int>(activation), batch);
        CHECK(f->value(p.theta, 0) == Approx(plain_mlp_loss(p)).epsilon(1e-12));
        CHECK(finite_difference_error(*f, p.theta) < 1e-7);
      }
}

TEST_CASE("an MLP in float agrees with double") {
  for (const Activation activation : {Activation::sigmoid, Activation::tanh, Activation::relu}) {
    const MlpProblem p = random_mlp({31, 12, 8, 10}, activation, 37);
    const std::vector<float> x(p.x.begin(), p.x.end()), theta(p.theta.begin(), p.theta.end());
    const auto in_double = make_mlp<double>(p.shape, p.x, p.labels, p.theta);
    const auto in_float = make_mlp<float>(p.shape, x, p.labels, theta);
    std::vector<double> exact(p.theta.size());
    std::vector<float> gradient(p.theta.size());
    const double loss = in_double->value_and_gradient(p.theta, 0, exact);
    CHECK(in_float->value_and_gradient(theta, 0, gradient) == Approx(loss).epsilon(tolerances::kMlp.float32));
    const double margin = tolerances::kMlp.float32 * largest_entry(exact);
    for (std::size_t i = 0; i < exact.size(); ++i) REQUIRE(gradient[i] == Approx(exact[i]).margin(margin));
  }
}

TEST_CASE("an MLP's parameter groups cover theta in order") {
  const MlpShape shape{{784, 20, 10}, Activation::sigmoid};
  const auto groups = shape.groups();
  REQUIRE(shape.parameters() == 15910);
  REQUIRE(groups.size() == 4);
  std::size_t next = 0;
  for (const ParameterGroup& group : groups) {
    CHECK(group.begin == next);
    next = group.end;
  }
  CHECK(next == 15910);
  CHECK(groups[0].name == "weights");
  CHECK(groups[1].name == "biases");
  CHECK(groups[1].end - groups[1].begin == 20);
  CHECK(groups[0].rows == 20);  // (out, in)
  CHECK(groups[1].rows == 0);   // no matrix
  CHECK(groups[2].rows == 10);
}

TEST_CASE("a NaN parameter gives a NaN loss, huge ones a loss that is no false hope") {
  for (const Activation activation : {Activation::sigmoid, Activation::tanh, Activation::relu}) {
    const MlpProblem p = random_mlp({9, 6, 5, 4}, activation, 8);
    const std::vector<float> x(p.x.begin(), p.x.end()), theta(p.theta.begin(), p.theta.end());
    const auto f = make_mlp<float>(p.shape, x, p.labels, theta);
    std::vector<float> gradient(theta.size());
    for (std::size_t i = 0; i < theta.size(); ++i) {
      std::vector<float> broken = theta;
      broken[i] = std::nanf("");
      CAPTURE(i, static_cast<int>(activation));
      REQUIRE(std::isnan(f->value(broken, 0)));
    }
    std::vector<float> huge = theta;
    for (float& t : huge) t *= 1e38F;
    const float loss = f->value_and_gradient(huge, 0, gradient);
    CHECK((std::isnan(loss) || loss > 1e3F));
  }
}
