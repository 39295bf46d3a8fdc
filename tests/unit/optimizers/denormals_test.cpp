// Denormal gradients count as zero wherever optimizers compute, also on the thread that calls them: results
// show it. (That parallel_for sets the mode on every thread is tested in unit/core/parallel_test.cpp.)
#include <algorithm>
#include <limits>
#include <vector>

#include <catch2/catch.hpp>

#include "optimizers/lstm.hpp"
#include "optimizers/rule.hpp"
#include "tests/unit/optimizers/rule_test_tools.hpp"

using namespace l2l;

#if defined(__x86_64__)
namespace {

constexpr float kDenormal = 1e-40f, kNormal = 1e-37f;

/// phi whose input weights make even a denormal gradient felt: 1e-40 * 1e38 = 0.01.
std::vector<float> sensitive_phi(const LstmSpec& spec) {
  std::vector<float> phi = initial_phi(spec, 1);
  const PhiArray w_ih = phi_layout(spec).front();
  std::fill_n(phi.begin() + static_cast<std::ptrdiff_t>(w_ih.offset), w_ih.size, 1e38f);
  return phi;
}

/// The updates of two recorded steps with the same gradient everywhere, then dphi for a last gradient.
struct Trace {
  std::vector<float> updates;
  std::vector<double> dphi;
  bool operator==(const Trace&) const = default;
};
Trace trace_of(std::size_t n, float gradient, float last, float scale) {
  LstmSpec spec;
  spec.layers = 1;
  spec.hidden = 4;
  const auto lstm = make_lstm<float>(spec);
  lstm->set_phi(sensitive_phi(spec));
  lstm->start(n);
  lstm->begin_unroll(2);
  Trace trace;
  std::vector<float> update(n);
  for (int t = 0; t < 2; ++t) {
    lstm->recorded_step(std::vector<float>(n, gradient), update);
    trace.updates.insert(trace.updates.end(), update.begin(), update.end());
  }
  trace.dphi.resize(phi_size(spec));
  lstm->backward(std::vector<float>(n, last), std::vector<float>{0, 0, 1}, scale, trace.dphi);
  return trace;
}

bool flushes_here() {
  volatile float smallest = std::numeric_limits<float>::min();
  return smallest * 0.5f == 0.0f;
}

}  // namespace

TEST_CASE("the LSTM takes denormal gradients for zero, on one thread and on many") {
  for (const std::size_t n : {std::size_t{1}, std::size_t{49}, std::size_t{5000}}) {
    CAPTURE(n);
    REQUIRE_FALSE(flushes_here());
    CHECK(trace_of(n, kDenormal, 0.5f, 1).updates == trace_of(n, 0, 0.5f, 1).updates);
    CHECK(trace_of(n, kNormal, 0.5f, 1).updates != trace_of(n, 0, 0.5f, 1).updates);
    const auto is_zero = [](double d) { return d == 0; };
    const Trace flushed = trace_of(n, 0, kDenormal, 1e30f), felt = trace_of(n, 0, kNormal, 1e30f);
    CHECK(std::all_of(flushed.dphi.begin(), flushed.dphi.end(), is_zero));
    CHECK_FALSE(std::all_of(felt.dphi.begin(), felt.dphi.end(), is_zero));
    CHECK_FALSE(flushes_here());  // the caller's mode is left as it was
  }
}

TEST_CASE("every rule takes denormal gradients for zero, on one thread and on many") {
  for (const Rule& rule : rules()) {
    for (const std::size_t n : {std::size_t{1}, std::size_t{17}, std::size_t{40'000}}) {
      if (rule.name == "bfgs" && n > 1000) continue;  // n x n
      CAPTURE(rule.name, n);
      const auto theta_after = [&](float gradient) {
        const auto optimizer = rule.make<float>({{rule.tuned, 1e6}});
        testing::start_with_matrix(*optimizer, n);
        std::vector<float> theta(n, 0.0f);
        for (int t = 0; t < 2; ++t) optimizer->step(std::vector<float>(n, gradient), theta);
        return theta;
      };
      const std::vector<float> flushed = theta_after(kDenormal), felt = theta_after(1e-30f);
      CHECK(std::all_of(flushed.begin(), flushed.end(), [](float v) { return v == 0; }));
      CHECK(std::all_of(felt.begin(), felt.end(), [](float v) { return v != 0; }));
      CHECK_FALSE(flushes_here());
    }
  }
}
#endif
