// Cost of a coordinate and step of every architecture, to compare with the plain LSTM of the same size: on
// one function of n coordinates, or on a batch of quadratics.
//   build/release/tests/architectures --benchmark_filter=unroll
#include <string>

#include <benchmark/benchmark.h>

#include "core/parallel.hpp"
#include "core/random.hpp"
#include "optimizers/architectures.hpp"

namespace l2l {
namespace {

constexpr std::size_t kSteps = 20;

struct Workload {
  std::size_t functions, n;  ///< of n coordinates each
  bool trained;              ///< an unroll with its backward pass, or a plain step
  double steps() const { return trained ? kSteps : 1; }
};

ArchitectureSpec spec_of(Architecture kind) {
  ArchitectureSpec spec;
  spec.kind = kind;
  spec.lstm.preprocessing = Preprocessing::log_and_sign;
  return spec;
}

class Fixture {
 public:
  Fixture(Architecture kind, const Workload& work)
      : work_(work),
        architecture_(make_architecture<float>(spec_of(kind))),
        gradient_(work.functions * work.n),
        update_(gradient_.size()) {
    const std::vector<float> phi = initial_phi(spec_of(kind), 1);
    architecture_->set_phi(phi);
    architecture_->start(work.functions, work.n);
    RandomStream(2).fill_normal<float>(gradient_, 0.01);
    dphi_.resize(phi.size());
  }

  void run() {
    if (!work_.trained) return architecture_->step(gradient_, update_);
    architecture_->begin_unroll(kSteps);
    for (std::size_t t = 0; t < kSteps; ++t) architecture_->recorded_step(gradient_, update_);
    architecture_->backward(gradient_, weights_, 1.0F, dphi_);
  }

 private:
  Workload work_;
  std::unique_ptr<LearnedArchitecture<float>> architecture_;
  std::vector<float> gradient_, update_, weights_ = std::vector<float>(kSteps + 1, 1.0F);
  std::vector<double> dphi_;
};

void measure(benchmark::State& state, Architecture kind, const Workload& work) {
  const ThreadLimit one(1);
  const FlushDenormals flush;
  Fixture fixture(kind, work);

  for (auto _ : state) fixture.run();
  const double coordinate_steps =
      static_cast<double>(state.iterations()) * work.steps() * static_cast<double>(work.functions * work.n);
  state.counters["coordinate_steps"] = benchmark::Counter(coordinate_steps, benchmark::Counter::kIsRate);
}

void register_benchmarks() {
  for (const bool trained : {false, true}) {
    for (const auto& [functions, n] :
         {std::pair<std::size_t, std::size_t>{1, 10}, {128, 10}, {1, 100}, {1, 1'000}, {1, 15'910}}) {
      for (const auto& [kind, name] : SpecNames<Architecture>::names) {
        if (memory_bytes(spec_of(kind), functions, n, 0) > 1e9) continue;
        const Workload work{functions, n, trained};
        const std::string title = std::string(trained ? "unroll" : "step") +
                                  "/functions:" + std::to_string(functions) + "/n:" + std::to_string(n) +
                                  "/" + std::string(name);
        benchmark::RegisterBenchmark(title.c_str(), [kind = kind, work](benchmark::State& state) {
          measure(state, kind, work);
        })->MinTime(0.2);
      }
    }
  }
}

}  // namespace
}  // namespace l2l

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  l2l::register_benchmarks();
  benchmark::RunSpecifiedBenchmarks();
}
