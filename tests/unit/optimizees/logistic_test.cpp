#include "optimizees/logistic.hpp"

#include <cmath>
#include <cstdint>
#include <vector>

#include <catch2/catch.hpp>

#include "core/random.hpp"
#include "core/tolerances.hpp"
#include "finite_differences.hpp"

using namespace l2l;

namespace {

struct LogisticProblem {
  LogisticShape shape;
  std::vector<double> x, theta;
  std::vector<std::uint8_t> labels;
};

LogisticProblem random_logistic(const LogisticShape& shape, std::size_t batch) {
  LogisticProblem p;
  p.shape = shape;
  p.x.resize(batch * shape.inputs());
  p.theta.resize(shape.parameters());
  p.labels.resize(batch);
  RandomStream(1).fill_uniform<double>(p.x, 0, 1);
  RandomStream(2).fill_normal<double>(p.theta, 0.4);
  for (std::size_t i = 0; i < batch; ++i)
    p.labels[i] = static_cast<std::uint8_t>(RandomStream(3).below(i, shape.classes()));
  return p;
}

/// The equations in the plainest words, one example after another.
double plain_logistic_loss(const LogisticProblem& p) {
  const std::size_t in = p.shape.inputs(), out = p.shape.classes(), batch = p.labels.size();
  double total = 0;
  for (std::size_t e = 0; e < batch; ++e) {
    double sum = 0, own = 0;
    for (std::size_t o = 0; o < out; ++o) {
      double z = p.theta[in * out + o];
      for (std::size_t i = 0; i < in; ++i) z += p.theta[o * in + i] * p.x[e * in + i];
      sum += std::exp(z);
      if (o == p.labels[e]) own = z;
    }
    total += std::log(sum) - own;
  }
  double squares = 0;
  for (std::size_t i = 0; i < in * out; ++i) squares += p.theta[i] * p.theta[i];
  return total / static_cast<double>(batch) + p.shape.l2 / 2 * squares;
}

}  // namespace

TEST_CASE("a logistic regression's loss and gradient, with and without the penalty") {
  for (const auto& [inputs, classes] : {std::pair{5U, 3U}, std::pair{13U, 10U}, std::pair{1U, 2U}})
    for (const double l2 : {0.0, 0.3})
      for (const std::size_t batch : {1U, 6U, 17U}) {
        const LogisticProblem p = random_logistic({inputs, classes, l2}, batch);
        const auto f = make_logistic<double>(p.shape, p.x, p.labels, p.theta);
        CAPTURE(inputs, classes, l2, batch);
        CHECK(f->value(p.theta, 0) == Approx(plain_logistic_loss(p)).epsilon(1e-12));
        CHECK(finite_difference_error(*f, p.theta) < 1e-7);
      }
}

TEST_CASE("a logistic regression that knows nothing has the loss ln classes; b is not penalised") {
  LogisticProblem p = random_logistic({7, 4, 2.0}, 9);
  p.theta.assign(p.theta.size(), 0);
  for (std::size_t i = 28; i < 32; ++i) p.theta[i] = 5;  // the same for all classes
  const auto f = make_logistic<double>(p.shape, p.x, p.labels, p.theta);
  CHECK(f->value(p.theta, 0) == Approx(std::log(4.0)).epsilon(1e-14));
}

TEST_CASE("a logistic regression is convex along every line") {
  const LogisticProblem p = random_logistic({6, 3, 0.01}, 12);
  const auto f = make_logistic<double>(p.shape, p.x, p.labels, p.theta);
  for (std::uint64_t line = 0; line < 20; ++line) {
    std::vector<double> other(p.theta.size()), middle(p.theta.size());
    RandomStream(10 + line).fill_normal<double>(other, 2.0);
    for (std::size_t i = 0; i < other.size(); ++i) middle[i] = (p.theta[i] + other[i]) / 2;
    CHECK(f->value(middle, 0) <= (f->value(p.theta, 0) + f->value(other, 0)) / 2);
  }
}

TEST_CASE("a logistic regression in float agrees with double") {
  const LogisticProblem p = random_logistic({31, 10, 0.05}, 37);
  const std::vector<float> x(p.x.begin(), p.x.end()), theta(p.theta.begin(), p.theta.end());
  const auto in_double = make_logistic<double>(p.shape, p.x, p.labels, p.theta);
  const auto in_float = make_logistic<float>(p.shape, x, p.labels, theta);
  std::vector<double> exact(p.theta.size());
  std::vector<float> gradient(p.theta.size());
  const double loss = in_double->value_and_gradient(p.theta, 0, exact);
  CHECK(in_float->value_and_gradient(theta, 0, gradient) == Approx(loss).epsilon(tolerances::kMlp.float32));
  const double margin = tolerances::kMlp.float32 * largest_entry(exact);
  for (std::size_t i = 0; i < exact.size(); ++i) REQUIRE(gradient[i] == Approx(exact[i]).margin(margin));
}

TEST_CASE("what a logistic regression costs") {
  const LogisticShape shape{784, 10, 0};
  CHECK(shape.parameters() == 7850);
  CHECK(shape.groups().back().end == 7850);
  CHECK(logistic_gradient_flop(shape, 128) == 2.0 * 128 * 2 * 7840);
  CHECK(logistic_gradient_flop({784, 10, 0.1}, 128) == 2.0 * 128 * 2 * 7840 + 4 * 7840);
}
