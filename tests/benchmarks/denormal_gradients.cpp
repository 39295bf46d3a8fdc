// What gradients cost that are denormal: no more than others, because every thread flushes them to zero. A
// step and an unroll of the LSTM (15,910 coordinates, 20 units) with normal and with denormal gradients, and
// an unflushed multiplication for comparison. update_rules.cpp has the hand-designed rules.
//   denormal_gradients
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include "core/parallel.hpp"
#include "core/random.hpp"
#include "optimizers/lstm.hpp"

namespace l2l {
namespace {

constexpr std::size_t kN = 15'910, kSteps = 20;
constexpr double kNormal = 1e-2, kDenormal = 1e-40;

struct Fixture {
  Fixture(Preprocessing preprocessing, double scale) : gradient(kN), update(kN) {
    LstmSpec spec;
    spec.preprocessing = preprocessing;
    lstm = make_lstm<float>(spec);
    lstm->set_phi(initial_phi(spec, 1));
    lstm->start(kN);
    dphi.resize(phi_size(spec));
    RandomStream(2).fill_normal<float>(gradient, scale);
  }
  std::unique_ptr<CoordinatewiseLstm<float>> lstm;
  std::vector<float> gradient, update, weights = std::vector<float>(kSteps + 1, 1.0f);
  std::vector<double> dphi;
};

void forward(benchmark::State& state, Preprocessing preprocessing, double scale) {
  const ThreadLimit one(1);
  Fixture f(preprocessing, scale);
  for (auto _ : state) f.lstm->step(f.gradient, f.update);
}

void unroll(benchmark::State& state, Preprocessing preprocessing, double scale) {
  const ThreadLimit one(1);
  Fixture f(preprocessing, scale);
  for (auto _ : state) {
    f.lstm->begin_unroll(kSteps);
    for (std::size_t t = 0; t < kSteps; ++t) f.lstm->recorded_step(f.gradient, f.update);
    f.lstm->backward(f.gradient, f.weights, 1.0f, f.dphi);
  }
}

/// a[i] *= 1, on numbers of a size: what a machine makes of denormals when they are not flushed.
void multiply(benchmark::State& state, double scale, bool flushed) {
  std::vector<float> a(kN);
  RandomStream(2).fill_normal<float>(a, scale);
  volatile float one = 1.0f;
  const auto run = [&] {
    for (auto _ : state) {
      const float factor = one;
      for (float& x : a) x *= factor;
      benchmark::DoNotOptimize(a.data());
      benchmark::ClobberMemory();
    }
  };
  if (flushed) {
    const FlushDenormals flush;
    run();
  } else {
    run();
  }
}

}  // namespace
}  // namespace l2l

int main(int argc, char** argv) {
  using namespace l2l;
  benchmark::Initialize(&argc, argv);
  for (const auto& [size, scale] : {std::pair{"normal", kNormal}, std::pair{"denormal", kDenormal}}) {
    for (const auto& [name, preprocessing] :
         {std::pair{"raw", Preprocessing::none}, std::pair{"log_and_sign", Preprocessing::log_and_sign}}) {
      const std::string which = std::string("/") + name + "/" + size;
      benchmark::RegisterBenchmark(("forward" + which).c_str(), forward, preprocessing, scale);
      benchmark::RegisterBenchmark(("unroll" + which).c_str(), unroll, preprocessing, scale);
    }
    benchmark::RegisterBenchmark((std::string("multiply/flushed/") + size).c_str(), multiply, scale, true);
    benchmark::RegisterBenchmark((std::string("multiply/unflushed/") + size).c_str(), multiply, scale, false);
  }
  benchmark::RunSpecifiedBenchmarks();
}
