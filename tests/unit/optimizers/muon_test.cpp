// Muon, and what it is made of: products of matrices on every instruction set, Newton-Schulz iterations.
#include <algorithm>
#include <cmath>
#include <limits>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/random.hpp"
#include "optimizers/kernels/isa.hpp"
#include "optimizers/kernels/matrix_product.hpp"
#include "optimizers/newton_schulz.hpp"
#include "optimizers/rule.hpp"
#include "tests/unit/optimizers/quadratic_gradient.hpp"
#include "tests/unit/optimizers/rule_test_tools.hpp"

using namespace l2l;
using namespace l2l::testing;

namespace {

std::vector<double> random_values(std::size_t count, std::uint64_t seed) {
  std::vector<double> values(count);
  RandomStream(seed).fill_normal<double>(values, 1.0);
  return values;
}

PaddedMatrix random_padded(std::size_t rows, std::size_t columns, std::uint64_t seed) {
  PaddedMatrix matrix(rows, columns);
  const std::vector<double> values = random_values(rows * columns, seed);
  for (std::size_t i = 0; i < rows; ++i)
    std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(i * columns), columns, matrix.row(i));
  return matrix;
}

std::vector<double> orthogonalised(std::vector<double> matrix, std::size_t rows, std::size_t columns,
                                   double epsilon = 1e-7) {
  NewtonSchulz(rows, columns, 5, epsilon).orthogonalise(std::span(matrix));
  return matrix;
}

}  // namespace

TEST_CASE("products of matrices have the bits of a plain loop on every instruction set") {
  struct Sizes {
    std::size_t m, k, n;
  };
  for (const Sizes s :
       {Sizes{1, 1, 1}, {2, 3, 1}, {3, 5, 7}, {4, 8, 8}, {5, 9, 16}, {7, 2, 17}, {20, 100, 33}}) {
    const PaddedMatrix a = random_padded(s.m, s.k, 1), b = random_padded(s.k, s.n, 2);
    for (const std::string& isa : available_isas()) {
      const IsaOverride level(isa);
      PaddedMatrix c(s.m, s.n);
      matrix_product(a, b, c);
      CAPTURE(isa, s.m, s.k, s.n);
      for (std::size_t i = 0; i < s.m; ++i)
        for (std::size_t j = 0; j < s.n; ++j) {
          double sum = 0;
          for (std::size_t l = 0; l < s.k; ++l) sum += a.row(i)[l] * b.row(l)[j];
          REQUIRE(c.row(i)[j] == sum);
        }
    }
  }
  PaddedMatrix wrong(2, 2);
  CHECK_THROWS_AS(matrix_product(random_padded(2, 3, 1), random_padded(2, 2, 1), wrong), CheckFailure);
}

TEST_CASE("Newton-Schulz takes singular values to about one and leaves the directions") {
  // A matrix of one column or row has one singular value; five steps of x (a + b x^2 + c x^4) from 1.
  double x = 1;
  for (int step = 0; step < 5; ++step) x = x * (3.4445 - 4.7750 * x * x + 2.0315 * x * x * x * x);
  for (const auto& [rows, columns] : {std::pair<std::size_t, std::size_t>{2, 1}, {1, 2}}) {
    const std::vector<double> o = orthogonalised({3, -4}, rows, columns);
    CHECK(o[0] == Approx(0.6 * x));
    CHECK(o[1] == Approx(-0.8 * x));
  }
  const std::vector<double> diagonal = orthogonalised({5, 0, 0, 0, 0, -1, 0, 0, 0, 0, 0.3, 0}, 3, 4);
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 4; ++j) {
      const double value = diagonal[i * 4 + j];
      if (i != j) CHECK(value == 0);
    }
  CHECK(std::abs(diagonal[0] - 1) < 0.35);
  CHECK(std::abs(diagonal[5] + 1) < 0.35);
  CHECK(std::abs(diagonal[10] - 1) < 0.35);
}

TEST_CASE("Newton-Schulz of a transposed matrix is the transpose; nothing of nothing, NaN of NaN") {
  const std::size_t rows = 5, columns = 11;
  const std::vector<double> wide = random_values(rows * columns, 3);
  std::vector<double> tall(wide.size());
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j) tall[j * rows + i] = wide[i * columns + j];
  const std::vector<double> of_wide = orthogonalised(wide, rows, columns),
                            of_tall = orthogonalised(tall, columns, rows);
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j)
      CHECK(of_tall[j * rows + i] == Approx(of_wide[i * columns + j]).epsilon(1e-11));

  for (const double epsilon : {0.0, 1e-7})
    CHECK(orthogonalised({0, 0, 0, 0, 0, 0}, 2, 3, epsilon) == std::vector<double>(6, 0.0));
  // Shorter than epsilon: its length counts.
  CHECK(orthogonalised({1e-12, 0, 0, 0}, 2, 2)[0] == Approx(std::pow(3.4445, 5) * 1e-5).epsilon(1e-4));
  for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity()}) {
    const std::vector<double> o = orthogonalised({1, 2, 3, bad}, 2, 2);
    CHECK(std::all_of(o.begin(), o.end(), [](double v) { return std::isnan(v); }));
  }
}

TEST_CASE("Muon: matrices move by its rate whatever the gradient's size, all else as AdamW does") {
  const Hyperparameters given = {{"learning_rate", 0.5}, {"weight_decay", 0.2}, {"epsilon", 0.1}};
  const Rule& rule = *find_rule("muon");
  const auto first_step = [&](const Hyperparameters& more, double scale) {
    Hyperparameters all = given;
    all.insert(more.begin(), more.end());
    const auto muon = rule.make<double>(all);
    muon->set_matrices(std::vector<MatrixRange>{{1, 2, 1}, {4, 1, 2}});
    muon->start(7);
    std::vector<double> theta(7, 1.0), gradient = {2, 3, -4, -1, 3, -4, 0.5};
    for (double& g : gradient) g *= scale;
    muon->step(gradient, theta);
    return theta;
  };
  double x = 1;
  for (int step = 0; step < 5; ++step) x = x * (3.4445 - 4.7750 * x * x + 2.0315 * x * x * x * x);
  for (const double scale : {1.0, 1e3}) {
    const std::vector<double> theta = first_step({}, scale);
    check_close({theta[1], theta[2], theta[4], theta[5]},
                {0.9 - 0.5 * std::sqrt(2.0) * 0.6 * x, 0.9 + 0.5 * std::sqrt(2.0) * 0.8 * x,
                 0.9 - 0.5 * 0.6 * x, 0.9 + 0.5 * 0.8 * x});
    check_close({theta[0], theta[3], theta[6]},
                {0.9 - 0.5 * 2 * scale / (2 * scale + 0.1), 0.9 + 0.5 * scale / (scale + 0.1),
                 0.9 - 0.5 * 0.5 * scale / (0.5 * scale + 0.1)});
  }
  const std::vector<double> matched = first_step({{"match_rms", 1}}, 1);
  CHECK(matched[1] == Approx(0.9 - 0.5 * 0.2 * std::sqrt(2.0) * 0.6 * x));
  CHECK(matched[4] == Approx(0.9 - 0.5 * 0.2 * std::sqrt(2.0) * 0.6 * x));
  const std::vector<double> shared = first_step({{"adamw_share", 0.5}}, 1);
  CHECK(shared[0] == Approx(0.95 - 0.25 * 2 / 2.1));
  CHECK(shared[1] == first_step({}, 1)[1]);
}

TEST_CASE("Muon looks ahead along its momentum") {
  // m: 0.1, then 0.09 + 0.1 g; the direction's sign is that of 0.1 g + 0.9 m.
  const auto thetas =
      run("muon", {{"learning_rate", 0.5}, {"momentum", 0.9}, {"weight_decay", 0}}, {1, -0.8, -1.2});
  CHECK(thetas[0] < 0);
  CHECK(thetas[1] > thetas[0]);  // m 0.01, -0.08 + 0.009 < 0
  CHECK(thetas[2] > thetas[1]);
  const auto slow = run("muon", {{"learning_rate", 0.5}, {"momentum", 0.9}, {"weight_decay", 0}}, {1, -0.4});
  CHECK(slow[1] < slow[0]);  // m 0.05, -0.04 + 0.045 > 0
}

TEST_CASE("Muon treats every function of a batch as if it were alone, and needs matrices") {
  const std::size_t n = 9, functions = 3;
  const std::vector<MatrixRange> matrices = {{0, 2, 2}, {5, 1, 3}};
  std::vector<std::vector<double>> alone;
  std::vector<double> together = random_values(functions * n, 5);
  for (std::size_t f = 0; f < functions; ++f) {
    const auto begin = together.begin() + static_cast<std::ptrdiff_t>(f * n);
    std::vector<double> theta(begin, begin + static_cast<std::ptrdiff_t>(n));
    const auto optimizer = find_rule("muon")->make<double>({});
    optimizer->set_matrices(matrices);
    optimizer->start(n);
    for (int t = 0; t < 6; ++t) optimizer->step(gradient_at(theta), theta);
    alone.push_back(theta);
  }
  const auto batch = find_rule("muon")->make<double>({});
  CHECK_THROWS_AS(batch->start(n), CheckFailure);
  batch->set_matrices(matrices);
  batch->start_batch(functions, n);
  for (int t = 0; t < 6; ++t) {
    std::vector<double> gradients;
    for (std::size_t f = 0; f < functions; ++f) {
      const auto begin = together.begin() + static_cast<std::ptrdiff_t>(f * n);
      const auto g = gradient_at({begin, begin + static_cast<std::ptrdiff_t>(n)});
      gradients.insert(gradients.end(), g.begin(), g.end());
    }
    batch->step(gradients, together);
  }
  for (std::size_t f = 0; f < functions; ++f)
    for (std::size_t k = 0; k < n; ++k) CHECK(together[f * n + k] == alone[f][k]);
}

TEST_CASE("what Muon costs follows from the shapes of its matrices; other rules' costs know none") {
  const Rule& muon = *find_rule("muon");
  const std::vector<MatrixRange> whole = {{0, 20, 784}};
  const double n = 20 * 784;
  const RuleCost matrix = muon.matrix_cost(muon.defaults, 20, 784);
  CHECK(matrix.flop == Approx(12 + (5 * (4.0 * 20 * 20 * 784 + 2 * 20 * 20 * 20 + 3 * 20 * 20 + 20)) / n));
  CHECK(muon.matrix_cost(muon.defaults, 784, 20).flop == Approx(matrix.flop));
  CHECK(muon.mean_cost({}, n, whole).flop == Approx(matrix.flop));
  CHECK(muon.mean_cost({}, n, whole).state_bytes == Approx(matrix.state_bytes));
  CHECK(muon.mean_cost({}, 2 * n, whole).flop == Approx((matrix.flop + muon.flop({}, 2 * n)) / 2));
  CHECK(muon.mean_cost({{"newton_schulz_steps", 10}}, n, whole).flop == Approx(2 * matrix.flop - 12));
  CHECK(find_rule("adam")->mean_cost({}, n, whole).flop == find_rule("adam")->flop({}, n));
}
