// One job of every kind on quadratics, as a run executes it, on one thread: what `l2lbench bench` times. No
// benchmark sets a least time of its own, so that --instructions can run exactly one iteration.
#include <algorithm>
#include <map>
#include <string>

#include <benchmark/benchmark.h>

#include "core/parallel.hpp"
#include "harness/compute/run_job.hpp"
#include "harness/plan/plan.hpp"
#include "harness/suite/load.hpp"
#include "harness/suite/suite.hpp"

namespace l2l {
namespace {

constexpr const char* kSuite = R"(name: gate-jobs
optimizees:
  quadratic: {kind: quadratic, dimension: 10, distribution: gaussian}
optimizers:
  lstm:
    kind: learned
    meta_training: {optimizee: quadratic, horizon: 20, unroll: 20, instances: 16, epochs: 1, horizons_per_epoch: 1,
                    learning_rate: 0.01, validation_instances: 8}
  adam: {kind: adam, tune: {low: 0.001, high: 1, points: 4, instances: 64}}
experiments:
  - {name: quadratics, optimizees: [quadratic], optimizers: [lstm, adam], horizon: 40, seeds: {count: 64, per_job: 64}}
)";

struct Jobs {
  Plan plan = make_plan(parse_suite(kSuite, "gate_jobs"));
  std::map<std::string, JobResult> results;

  JobResult run(const Job& job) {
    JobContext context;
    context.read = [this](const std::string& key) { return results.at(key); };
    context.load_checkpoint = [] { return std::nullopt; };
    context.save_checkpoint = [](const std::string&) {};
    context.progress = [](double, const std::string&) {};
    context.check_stop = [] {};
    return run_job(job, context);
  }
};

void register_jobs() {
  static Jobs jobs;
  for (const Job& job : jobs.plan.jobs) {
    if (job.kind == JobKind::select) continue;                       // microseconds
    std::string name = job.label.substr(0, job.label.find(" on "));  // "evaluate adam"
    std::replace(name.begin(), name.end(), ' ', '/');
    benchmark::RegisterBenchmark(name.c_str(), [&job](benchmark::State& state) {
      const ThreadLimit threads(1);
      const FlushDenormals flush;
      for (const std::string& key : job.reads)  // in the order of the plan: what it reads has read its own
        for (const Job& other : jobs.plan.jobs)
          if (!jobs.results.contains(other.key) && (other.key == key || other.kind == JobKind::meta_train))
            jobs.results[other.key] = jobs.run(other);
      for (auto _ : state) benchmark::DoNotOptimize(jobs.run(job));
    })->Unit(benchmark::kMillisecond);
  }
}

}  // namespace
}  // namespace l2l

int main(int argc, char** argv) {
  l2l::register_jobs();
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
