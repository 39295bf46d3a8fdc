// The memory module: one read head and three write heads are inverse BFGS; histories; what it costs.
#include "optimizers/shared_memory.hpp"

#include <cmath>
#include <numeric>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "optimizers/architectures.hpp"
#include "tests/unit/optimizers/architecture_test_tools.hpp"

using namespace l2l;
using namespace l2l::testing;

namespace {

using Vector = std::vector<double>;

double dot(const Vector& a, const Vector& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

/// f(theta) = theta^T A theta / 2 - b^T theta with A = W^T W + I.
struct ConvexQuadratic {
  std::size_t n;
  Vector a, b;
  ConvexQuadratic(std::size_t size, std::uint64_t seed) : n(size), a(size * size), b(size) {
    Vector w(n * n);
    RandomStream(seed).fill_normal<double>(w, 1.0);
    RandomStream(seed, 1).fill_normal<double>(b, 1.0);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) {
        for (std::size_t k = 0; k < n; ++k) a[i * n + j] += w[k * n + i] * w[k * n + j];
        a[i * n + j] += i == j ? 1 : 0;
      }
  }
  Vector times(const Vector& v) const {
    Vector result(n);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) result[i] += a[i * n + j] * v[j];
    return result;
  }
  Vector gradient(const Vector& theta) const {
    Vector g = times(theta);
    for (std::size_t i = 0; i < n; ++i) g[i] -= b[i];
    return g;
  }
  /// Exact line search from where the gradient is g along -direction.
  double step_length(const Vector& g, const Vector& direction) const {
    return dot(g, direction) / dot(direction, times(direction));
  }
};

/// H <- (I - rho s y^T) H (I - rho y s^T) + rho s s^T, as in the textbook.
void textbook_update(Vector& h, const Vector& s, const Vector& y) {
  const std::size_t n = s.size();
  const double rho = 1 / dot(s, y);
  const auto left = [&](std::size_t i, std::size_t j) { return (i == j ? 1.0 : 0.0) - rho * s[i] * y[j]; };
  Vector half(n * n), full(n * n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j)
      for (std::size_t k = 0; k < n; ++k) half[i * n + j] += left(i, k) * h[k * n + j];
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      for (std::size_t k = 0; k < n; ++k) full[i * n + j] += half[i * n + k] * left(j, k);
      full[i * n + j] += rho * s[i] * s[j];
    }
  h = full;
}

/// What a controller could do with one read head and three write heads: it knows the gradient, what it read
/// and scalar products (averages), and nothing else of M.
class BfgsByHeads {
 public:
  BfgsByHeads(std::size_t n, std::size_t history) : n_(n), memory_({1, 3, 1.0, history}, n) {}

  /// H_t g_t.
  Vector direction(const Vector& g) {
    Vector h_g = read_and_write(g, Vector(6 * n_));  // of H_{t-1}: the last step is not written yet
    if (!s_.empty()) {
      // H_t = H_{t-1} + (1 + y^T H y / s^T y) s s^T / s^T y - (H y s^T + s y^T H) / s^T y,
      // where H y = H g_t - H g_{t-1} takes no read of its own.
      Vector y(n_), h_y(n_), pairs;
      for (std::size_t k = 0; k < n_; ++k) y[k] = g[k] - g_[k];
      for (std::size_t k = 0; k < n_; ++k) h_y[k] = h_g[k] - direction_[k];
      const double sy = dot(s_, y);
      const auto append = [&](double factor, const Vector& a, const Vector& b) {
        for (const double value : a) pairs.push_back(factor * value);
        pairs.insert(pairs.end(), b.begin(), b.end());
        for (std::size_t k = 0; k < n_; ++k) h_g[k] += factor * a[k] * dot(b, g);
      };
      append((1 + dot(y, h_y) / sy) / sy, s_, s_);
      append(-1 / sy, h_y, s_);
      append(-1 / sy, s_, h_y);
      read_and_write(g, pairs);
    }
    g_ = g;
    direction_ = h_g;
    return h_g;
  }
  void moved(const Vector& s) { s_ = s; }

 private:
  Vector read_and_write(const Vector& r, const Vector& pairs) {
    Vector heads = r, result(n_);
    heads.insert(heads.end(), pairs.begin(), pairs.end());
    memory_.step(heads, result);
    return result;
  }

  std::size_t n_;
  SharedMemory<double> memory_;
  Vector g_, s_, direction_;
};

std::vector<Vector> random_heads(std::size_t steps, std::size_t size, std::uint64_t seed) {
  std::vector<Vector> heads(steps, Vector(size));
  for (std::size_t t = 0; t < steps; ++t) RandomStream(seed, t).fill_normal<double>(heads[t], 0.5);
  return heads;
}

}  // namespace

TEST_CASE("memory: one read head and three write heads are inverse BFGS until it converges") {
  const std::size_t n = GENERATE(1, 2, 7, 10, 20);
  const std::size_t history = GENERATE(0, 1000);
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    const ConvexQuadratic f(n, 100 * n + seed);
    Vector theta(n, 1.0), textbook = theta, h(n * n);
    for (std::size_t k = 0; k < n; ++k) h[k * n + k] = 1;
    BfgsByHeads heads(n, history);
    const double g_0 = std::sqrt(dot(f.gradient(theta), f.gradient(theta)));
    std::size_t steps = 0;
    for (; steps < 3 * n + 3; ++steps) {
      const Vector g = f.gradient(theta), g_textbook = f.gradient(textbook);
      if (std::sqrt(dot(g_textbook, g_textbook)) < 1e-9 * g_0) break;
      Vector direction(n), s(n), s_textbook(n), y(n);
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) direction[i] += h[i * n + j] * g_textbook[j];
      const Vector by_heads = heads.direction(g);
      const double alpha = f.step_length(g, by_heads), alpha_textbook = f.step_length(g_textbook, direction);
      for (std::size_t k = 0; k < n; ++k) {
        theta[k] += s[k] = -alpha * by_heads[k];
        textbook[k] += s_textbook[k] = -alpha_textbook * direction[k];
        CHECK(std::abs(theta[k] - textbook[k]) < 1e-8);
      }
      heads.moved(s);
      const Vector g_next = f.gradient(textbook);
      for (std::size_t k = 0; k < n; ++k) y[k] = g_next[k] - g_textbook[k];
      textbook_update(h, s_textbook, y);
    }
    CAPTURE(n, seed, steps);
    CHECK(steps <= n + 1);  // exact line search on a quadratic
  }
}

TEST_CASE("memory: a history that has not slid is the dense memory, one that has forgets") {
  const std::size_t n = 5, steps = 6, reads = 2, writes = 2;
  const auto heads = random_heads(steps, (reads + 2 * writes) * n, 3);
  const auto results = [&](std::size_t history, double scale) {
    SharedMemory<double> memory({reads, writes, scale, history}, n);
    Vector all, m(n * n);
    for (const Vector& step : heads) {
      Vector result(reads * n);
      memory.step(step, result);
      memory.copy_dense(m);
      all.insert(all.end(), result.begin(), result.end());
      all.insert(all.end(), m.begin(), m.end());
    }
    return all;
  };
  for (const double scale : {0.0, 1.0, 0.3}) {
    CHECK(error_of(results(steps, scale), results(0, scale)) < 1e-14);
    CHECK(error_of(results(steps - 1, scale), results(0, scale)) > 1e-2);  // only M after the last step
  }
}

TEST_CASE("memory: the gradient does not change what is read, and a step before the unroll carries none") {
  const std::size_t n = 3;
  const auto heads = random_heads(6, 3 * n, 4);
  SharedMemory<double> recorded({1, 1, 1.0, 2}, n), plain = recorded;
  Vector a(n), b(n), dheads(3 * n);
  for (std::size_t t = 0; t < 6; ++t) {
    if (t == 2) recorded.begin_unroll();
    recorded.step(heads[t], a);
    plain.step(heads[t], b);
    CHECK(a == b);
  }
  for (std::size_t t = 2; t < 6; ++t) recorded.step_back(Vector(n, 1.0), dheads);
  CHECK_THROWS_AS(recorded.step_back(Vector(n, 1.0), dheads), CheckFailure);
  recorded.end_unroll();
  recorded.step(heads[0], a);
  plain.step(heads[0], b);
  CHECK(a == b);
}

TEST_CASE("memory: what does not fit is refused with the number and the advice") {
  ArchitectureSpec spec = make_ntm(1, 3, 1, 0);
  constexpr std::size_t kMnist = 15'910;
  CHECK(memory_bytes(spec, 1, kMnist, 0) == Approx(4.0 * kMnist * kMnist));  // 1.01 GB
  CHECK_NOTHROW(check_memory(spec, 1, kMnist, 0, 2e9));
  try {
    check_memory(spec, 1, kMnist, 20, 1e9);
    FAIL("was not refused");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::suite);
    CHECK(error.message().find("15910 coordinates needs 2.03 GB") != std::string::npos);
    CHECK(error.message().find("1 GB") != std::string::npos);
    CHECK(error.hint().find("ntm-l-bfgs") != std::string::npos);
    CHECK(error.hint().find("0.0134 GB") != std::string::npos);
  }
  spec.kind = Architecture::ntm_l_bfgs;
  CHECK_NOTHROW(check_memory(spec, 1, kMnist, 20, 1e9));
  CHECK_THROWS_AS(check_memory(spec, 100, kMnist, 20, 1e9), Error);
  CHECK(memory_bytes(make_gac(2), 1, kMnist, 20) == 0);
}
