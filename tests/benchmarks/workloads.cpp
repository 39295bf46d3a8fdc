// Whole workloads of the paper as a run executes them, optimizee included: a horizon of meta-training
// (100 steps, unrolls of 20, five updates of phi; on CIFAR-10 one unroll) and an evaluation of 100 steps.
// Times are those of the whole process, all threads; peak_MB is resident memory beyond what was resident with
// the data set loaded.
//   workloads --benchmark_filter='mnist_meta_epoch/threads:1'
// tests/benchmarks/race.py runs it in turn with another program.
#include <sys/resource.h>

#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "core/parallel.hpp"
#include "datasets/dataset.hpp"
#include "harness/compute/horizon.hpp"
#include "harness/compute/meta_training.hpp"
#include "harness/compute/problem.hpp"
#include "harness/compute/trajectories.hpp"
#include "optimizers/rule.hpp"

namespace l2l {
namespace {

constexpr std::size_t kUnroll = 20;

double peak_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}
double resident_megabytes() {
  std::ifstream statm("/proc/self/statm");
  double pages = 0, resident = 0;
  statm >> pages >> resident;
  return resident * 4096 / (1 << 20);
}

struct Workload {
  OptimizeeSpec optimizee;
  LearnedSpec learned;
  std::size_t instances = 1;
  std::size_t horizon = 100;
};

/// MLP 784-20-10 with sigmoids, minibatches of 128 (paper section 3.2): 15,910 coordinates.
Workload mnist() {
  Workload work;
  work.optimizee.kind = "mlp";
  work.optimizee.settings["split"] = {{"train", {{"begin", 0}, {"end", 40000}}},
                                      {"validation", {{"begin", 40000}, {"end", 50000}}},
                                      {"test", {{"begin", 50000}, {"end", 60000}}}};
  work.learned.architecture.lstm.preprocessing = Preprocessing::log_and_sign;
  work.learned.architecture.lstm.output_scale = 0.1;
  return work;
}
/// Three convolutions, two fully connected layers, batch normalisation, minibatches of 128, two phi (paper
/// section 3.3): 22,682 coordinates, one unroll.
Workload cifar() {
  Workload work = mnist();
  work.optimizee.kind = "convnet";
  work.optimizee.settings["split"]["test"] = {{"part", "test"}, {"begin", 0}, {"end", 10000}};
  work.learned.phi_groups = {{"conv"}, {"fc"}};
  work.horizon = kUnroll;
  return work;
}
/// 128 quadratics of 10 dimensions, as in the paper's released code: 1,280 coordinates.
Workload quadratics() {
  Workload work;
  work.optimizee.kind = "quadratic";
  work.optimizee.settings["distribution"] = "uniform";
  work.instances = 128;
  return work;
}

std::vector<double> start_phi(const Workload& work, std::size_t parts) {
  std::vector<double> phi;
  for (std::size_t p = 0; p < parts; ++p) {
    const std::vector<float> part = initial_phi(work.learned.architecture, 1 + p);
    phi.insert(phi.end(), part.begin(), part.end());
  }
  return phi;
}

void set_counters(benchmark::State& state, const OptimizeeFamily& family, const Workload& work,
                  double before) {
  const double steps = static_cast<double>(state.iterations()) *
                       static_cast<double>(work.horizon * work.instances * family.dimension());
  state.counters["coord_steps"] = benchmark::Counter(steps, benchmark::Counter::kIsRate);
  state.counters["peak_MB"] = peak_megabytes() - before;
}

void meta_epoch(benchmark::State& state, const Workload& work) {
  const ThreadLimit threads(static_cast<std::size_t>(state.range(0)));
  const FlushDenormals flush;
  const auto family = make_family(work.optimizee);
  const double before = resident_megabytes();
  const PhiAssignment assignment = assign_phi(work.learned, *family);
  LearnedOptimizer<float> optimizer(work.learned.architecture, assignment);
  std::vector<double> phi = start_phi(work, assignment.parts.size());
  MetaAdam adam(phi.size());
  std::uint64_t first = 0;
  for (auto _ : state) {
    FunctionBatch<float> functions = sample_batch(*family, Role::train, first, work.instances);
    first += work.instances;
    const HorizonSettings settings{work.horizon, kUnroll};
    const auto result = train_horizon<float>(
        optimizer, functions, settings, [](std::size_t) { return 1e-3; }, phi, adam);
    if (result.diverged) state.SkipWithError("diverged");
  }
  set_counters(state, *family, work, before);
}

void evaluation(benchmark::State& state, const Workload& work,
                const OptimizerFactory<float>& make_optimizer) {
  const ThreadLimit threads(static_cast<std::size_t>(state.range(0)));
  const FlushDenormals flush;
  const auto family = make_family(work.optimizee);
  const double before = resident_megabytes();
  std::uint64_t first = 0;
  for (auto _ : state) {
    FunctionBatch<float> functions = sample_batch(*family, Role::test, first, work.instances);
    first += work.instances;
    benchmark::DoNotOptimize(record_trajectories<float>(functions, *make_optimizer(), work.horizon));
  }
  set_counters(state, *family, work, before);
}

void register_benchmarks() {
  const auto add = [](const std::string& name, auto function, auto... arguments) {
    auto* const benchmark = benchmark::RegisterBenchmark(
        name.c_str(), [=](benchmark::State& state) { function(state, arguments...); });
    benchmark->ArgName("threads")->MeasureProcessCPUTime()->UseRealTime()->Unit(benchmark::kMillisecond);
    for (std::size_t n = 1; n <= hardware_threads(); n *= 2) benchmark->Arg(static_cast<std::int64_t>(n));
  };
  const OptimizerFactory<float> lstm = [work = mnist()] {
    auto optimizer = std::make_unique<LearnedOptimizer<float>>(
        work.learned.architecture, PhiAssignment::shared(make_family(work.optimizee)->dimension()));
    optimizer->set_phi(initial_phi(work.learned.architecture, 1));
    return optimizer;
  };
  const OptimizerFactory<float> adam = [] { return find_rule("adam")->make<float>({}); };
  add("mnist_meta_epoch", meta_epoch, mnist());
  add("quadratics_meta_epoch", meta_epoch, quadratics());
  add("cifar_unroll", meta_epoch, cifar());
  add("mnist_evaluation", evaluation, mnist(), lstm);
  add("mnist_adam", evaluation, mnist(), adam);
}

}  // namespace
}  // namespace l2l

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  l2l::register_benchmarks();
  benchmark::RunSpecifiedBenchmarks();
}
