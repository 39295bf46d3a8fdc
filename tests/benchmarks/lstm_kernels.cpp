// Speed of the LSTM kernels on one core, per instruction set, against the fused multiply-add ceiling
// measured in the same run. Counters: nominal GFLOP/s (a training step counts three times a forward step),
// share of the ceiling, coordinate steps per second.
//   lstm_kernels --benchmark_filter='unroll/avx512/n:15910/hidden:20'
#include <ctime>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tests/benchmarks/lstm_kernels.cpp"
#include "core/each_target.hpp"
#include "optimizers/kernels/vector_math-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace l2l {
namespace HWY_NAMESPACE {

// 12 independent chains of `count` multiply-adds: more than latency times throughput needs. Returns lanes.
std::size_t MultiplyAdds(std::size_t count, float* values) {
  constexpr std::size_t M = 12;
  V chain[M];
  L2L_UNROLL
  for (std::size_t m = 0; m < M; ++m) chain[m] = Set(values[m]);
  const V factor = Set(0.999f), term = Set(0.01f);
  for (std::size_t k = 0; k < count; ++k) {
#pragma GCC unroll 12
    for (std::size_t m = 0; m < M; ++m) chain[m] = Fma(chain[m], factor, term);
  }
  for (std::size_t m = 0; m < M; ++m) values[m] = hn::GetLane(chain[m]);
  return kLanes * M;
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace l2l
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "core/parallel.hpp"
#include "core/random.hpp"
#include "optimizers/kernels/isa.hpp"
#include "optimizers/lstm.hpp"

namespace l2l {
HWY_EXPORT(MultiplyAdds);

namespace {

/// FLOP/s of one core at a level: the best of several short runs, in CPU time, so that other programs on
/// the machine disturb little.
double measured_ceiling() {
  constexpr std::size_t kCount = 50'000;
  float values[12];
  std::fill(std::begin(values), std::end(values), 0.5f);
  double best = 0;
  for (int run = 0; run < 50; ++run) {
    const std::clock_t start = std::clock();
    const std::size_t per_count = HWY_DYNAMIC_DISPATCH(MultiplyAdds)(kCount, values);
    const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    if (seconds > 0) best = std::max(best, 2.0 * static_cast<double>(kCount * per_count) / seconds);
  }
  benchmark::DoNotOptimize(values);
  return best;
}

double ceiling_of(const std::string& isa) {
  static std::map<std::string, double> known;
  const auto [at, is_new] = known.try_emplace(isa, 0.0);
  if (is_new) at->second = measured_ceiling();
  return at->second;
}

struct Workload {
  std::size_t n;
  int hidden;
  static constexpr std::size_t kSteps = 20;

  LstmSpec spec() const {
    LstmSpec lstm;
    lstm.hidden = hidden;
    lstm.preprocessing = n == 1280 ? Preprocessing::none : Preprocessing::log_and_sign;
    return lstm;
  }
  /// Of one forward step of one coordinate: products and sums of the two layers and the read-out.
  double flops() const {
    const double h = hidden, inputs = spec().inputs();
    return 2 * (4 * h * (inputs + h + 1) + 4 * h * (2 * h + 1) + h);
  }
};

void report(benchmark::State& state, const std::string& isa, const Workload& work, double flops,
            double steps) {
  const auto iterations = static_cast<double>(state.iterations());
  const double coordinate_steps = iterations * steps * static_cast<double>(work.n);
  using Counter = benchmark::Counter;
  state.counters["GFLOP"] = Counter(coordinate_steps * flops * 1e-9, Counter::kIsRate);
  state.counters["share"] = Counter(coordinate_steps * flops / ceiling_of(isa), Counter::kIsRate);
  state.counters["coord_steps"] = Counter(coordinate_steps, Counter::kIsRate);
  state.counters["peak_GFLOP"] = ceiling_of(isa) * 1e-9;
}

struct Fixture {
  explicit Fixture(const Workload& work)
      : lstm(make_lstm<float>(work.spec())), gradient(work.n), update(work.n) {
    const std::vector<float> phi = initial_phi(work.spec(), 1);
    lstm->set_phi(phi);
    lstm->start(work.n);
    RandomStream(2).fill_normal<float>(gradient, 0.01);
    dphi.resize(phi.size());
  }
  std::unique_ptr<CoordinatewiseLstm<float>> lstm;
  std::vector<float> gradient, update, weights = std::vector<float>(Workload::kSteps + 1, 1.0f);
  std::vector<double> dphi;
};

void forward_step(benchmark::State& state, const std::string& isa, const Workload& work) {
  const IsaOverride level(isa);
  const ThreadLimit one(1);
  Fixture f(work);
  for (auto _ : state) f.lstm->step(f.gradient, f.update);
  report(state, isa, work, work.flops(), 1);
}

void unroll(benchmark::State& state, const std::string& isa, const Workload& work) {
  const IsaOverride level(isa);
  const ThreadLimit one(1);
  Fixture f(work);
  for (auto _ : state) {
    f.lstm->begin_unroll(Workload::kSteps);
    for (std::size_t t = 0; t < Workload::kSteps; ++t) f.lstm->recorded_step(f.gradient, f.update);
    f.lstm->backward(f.gradient, f.weights, 1.0f, f.dphi);
  }
  report(state, isa, work, 3 * work.flops(), Workload::kSteps);
}

/// Bytes per second that one core moves to and from memory that no cache holds: a[i] = b[i] + s c[i].
void memory_ceiling(benchmark::State& state) {
  constexpr std::size_t kFloats = std::size_t{32} << 20;
  std::vector<float> a(kFloats), b(kFloats, 1.0f), c(kFloats, 2.0f);
  for (auto _ : state) {
    for (std::size_t i = 0; i < kFloats; ++i) a[i] = b[i] + 0.5f * c[i];
    benchmark::DoNotOptimize(a.data());
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * 3 * kFloats * sizeof(float)));
}

/// Cost per coordinate and step from a few blocks to more than any cache holds.
void register_scaling() {
  const std::string isa = available_isas().front();
  for (const std::size_t n : {128, 1'000, 10'000, 100'000, 1'000'000, 10'000'000}) {
    const Workload work{n, 20};
    const std::string name = "/n:" + std::to_string(n);
    benchmark::RegisterBenchmark(("scaling/forward" + name).c_str(), [=](benchmark::State& state) {
      forward_step(state, isa, work);
    })->MinTime(0.2);
    if (n > 1'000'000) continue;  // an unroll of ten million would need 9 GB
    benchmark::RegisterBenchmark(("scaling/unroll" + name).c_str(), [=](benchmark::State& state) {
      unroll(state, isa, work);
    })->MinTime(0.2);
  }
}

void register_kernels() {
  benchmark::RegisterBenchmark("ceiling/memory", memory_ceiling);
  for (const std::string& isa : available_isas()) {
    if (isa == "sse4" || isa == "scalar") continue;  // they emulate the fused multiply-add: slow, never tuned
    for (const std::size_t n : {std::size_t{15'910}, std::size_t{1'280}}) {
      for (const int hidden : {10, 20, 40}) {
        const Workload work{n, hidden};
        const std::string name = "/" + isa + "/n:" + std::to_string(n) + "/hidden:" + std::to_string(hidden);
        benchmark::RegisterBenchmark(("forward" + name).c_str(), [=](benchmark::State& state) {
          forward_step(state, isa, work);
        })->MinTime(0.1);
        benchmark::RegisterBenchmark(("unroll" + name).c_str(), [=](benchmark::State& state) {
          unroll(state, isa, work);
        })->MinTime(0.2);
      }
    }
  }
}

}  // namespace
}  // namespace l2l

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  l2l::register_kernels();
  l2l::register_scaling();
  benchmark::RunSpecifiedBenchmarks();
}
#endif  // HWY_ONCE
