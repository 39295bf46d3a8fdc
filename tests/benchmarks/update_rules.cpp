// Speed of the hand-designed rules and of ADAM on phi, on one core, per instruction set. Counters: bytes
// moved a second, their share of what the plain loop a[i] += s b[i] moves on arrays of the same size in the
// same run, coordinates a second. "plain" is the loop a compiler makes of the equation.
//   update_rules --benchmark_filter='adam/.*/n:15910'
#include <algorithm>
#include <cmath>
#include <ctime>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "core/parallel.hpp"
#include "core/random.hpp"
#include "optimizers/kernels/isa.hpp"
#include "optimizers/meta_adam.hpp"
#include "optimizers/rule.hpp"

namespace l2l {
namespace {

/// Arrays a step reads and writes, each counted once: the gradient is read, the others both.
double arrays_moved(const std::string& rule) {
  return 1 + 2 * (1 + find_rule(rule)->state_bytes({}, 1) / sizeof(float));
}

/// Bytes a second of one core's a[i] += s b[i] over arrays of n values: the best of several runs.
template <class Real>
double bandwidth(std::size_t n) {
  static std::map<std::size_t, double> known;
  const auto [at, is_new] = known.try_emplace(n, 0.0);
  if (!is_new) return at->second;
  std::vector<Real> a(n), b(n, Real(1));
  const std::size_t repeats = std::max<std::size_t>(1, 40'000'000 / n);
  for (int run = 0; run < 8; ++run) {
    const std::clock_t start = std::clock();
    for (std::size_t r = 0; r < repeats; ++r) {
      for (std::size_t i = 0; i < n; ++i) a[i] += Real(0.5) * b[i];
      benchmark::DoNotOptimize(a.data());
      benchmark::ClobberMemory();
    }
    const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    if (seconds > 0)
      at->second = std::max(at->second, static_cast<double>(3 * sizeof(Real) * n * repeats) / seconds);
  }
  return at->second;
}

template <class Real>
void report(benchmark::State& state, std::size_t n, double arrays) {
  using Counter = benchmark::Counter;
  const double coordinates = static_cast<double>(state.iterations()) * static_cast<double>(n);
  const double bytes = coordinates * arrays * sizeof(Real);
  state.counters["bytes"] = Counter(bytes, Counter::kIsRate);
  state.counters["share"] = Counter(bytes / bandwidth<Real>(n), Counter::kIsRate);
  state.counters["coordinates"] = Counter(coordinates, Counter::kIsRate);
}

void rule_step(benchmark::State& state, const std::string& isa, const std::string& rule, std::size_t n,
               double gradient_scale) {
  const IsaOverride level(isa);
  const ThreadLimit one(1);
  const auto optimizer = find_rule(rule)->make<float>({});
  optimizer->start(n);
  std::vector<float> gradient(n), theta(n, 0.5f);
  RandomStream(1).fill_normal<float>(gradient, gradient_scale);
  for (auto _ : state) optimizer->step(gradient, theta);
  report<float>(state, n, arrays_moved(rule));
}

void plain_adam(benchmark::State& state, std::size_t n) {
  const FlushDenormals flush;
  std::vector<float> gradient(n), theta(n, 0.5f), mean(n), square(n);
  RandomStream(1).fill_normal<float>(gradient, 0.01);
  const float rate = 1e-3f, epsilon = 1e-8f;
  for (auto _ : state) {
    for (std::size_t i = 0; i < n; ++i) {
      const float g = gradient[i];
      mean[i] = 0.9f * mean[i] + 0.1f * g;
      square[i] = 0.999f * square[i] + 0.001f * (g * g);
      theta[i] -= rate * (mean[i] / (std::sqrt(square[i]) + epsilon));
    }
    benchmark::ClobberMemory();
  }
  report<float>(state, n, arrays_moved("adam"));
}

void plain_sgd(benchmark::State& state, std::size_t n) {
  const FlushDenormals flush;
  std::vector<float> gradient(n), theta(n, 0.5f);
  RandomStream(1).fill_normal<float>(gradient, 0.01);
  for (auto _ : state) {
    for (std::size_t i = 0; i < n; ++i) theta[i] -= 1e-3f * gradient[i];
    benchmark::ClobberMemory();
  }
  report<float>(state, n, arrays_moved("sgd"));
}

void meta_adam(benchmark::State& state, const std::string& isa) {
  constexpr std::size_t kPhi = 5'221;  // of two layers of 20 with log_and_sign
  const IsaOverride level(isa);
  MetaAdam adam(kPhi);
  std::vector<double> gradient(kPhi), phi(kPhi, 0.5);
  RandomStream(1).fill_normal<double>(gradient, 0.01);
  for (auto _ : state) adam.step(gradient, 1e-3, phi);
  report<double>(state, kPhi, arrays_moved("adam"));
}

void add(const std::string& name, const std::function<void(benchmark::State&)>& body) {
  benchmark::RegisterBenchmark(name.c_str(), body)->MinTime(0.1);
}

void register_benchmarks() {
  for (const std::size_t n : {std::size_t{15'910}, std::size_t{4'000'000}}) {  // in cache, and far from it
    const std::string size = "/n:" + std::to_string(n);
    for (const std::string& isa : available_isas())
      for (const Rule& rule : rules()) {
        if (!rule.coordinatewise) continue;  // no vector kernels, and n x n
        add(rule.name + "/" + isa + size,
            [=, name = rule.name](benchmark::State& state) { rule_step(state, isa, name, n, 0.01); });
      }
    add("sgd/plain" + size, [=](benchmark::State& state) { plain_sgd(state, n); });
    add("adam/plain" + size, [=](benchmark::State& state) { plain_adam(state, n); });
  }
  // Denormal gradients: what flushing them is for. The same time as that of normal ones.
  for (const char* rule : {"sgd", "adam"})
    add(std::string(rule) + "/denormal/n:15910",
        [=](benchmark::State& state) { rule_step(state, available_isas().front(), rule, 15'910, 1e-40); });
  for (const std::string& isa : available_isas())
    add("meta_adam/" + isa, [=](benchmark::State& state) { meta_adam(state, isa); });
}

}  // namespace
}  // namespace l2l

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  l2l::register_benchmarks();
  benchmark::RunSpecifiedBenchmarks();
}
