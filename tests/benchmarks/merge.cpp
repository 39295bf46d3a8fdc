// What merging costs: shards of 1,000 records each (a trajectory of 100 steps) into an empty store, the same
// once more, and the handover that follows.
//   build/release/tests/merge                                 10^4 and 10^5 records
//   build/release/tests/merge --benchmark_filter=1000000      10^6: about 3 GB in $TMPDIR
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "core/digest.hpp"
#include "core/random.hpp"
#include "harness/cluster/handover.hpp"
#include "harness/cluster/merge.hpp"
#include "harness/cluster/shard_store.hpp"
#include "harness/store/sqlite.hpp"

namespace l2l {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPerShard = 1000;

Job record(std::size_t index) {
  Job job;
  job.kind = JobKind::evaluate;
  job.config = {{"horizon", 100}, {"first_seed", index}, {"seeds", 1}};
  job.key = sha256_hex(std::to_string(index));  // as scattered as real ones
  job.label = fmt::format("evaluate adam on synthetic, horizon 100, seed {}", index);
  return job;
}

/// Shards of the wanted number of records. Results do not depend on their keys: every shard is a copy of the
/// first one under other keys, which spares a million durable transactions.
class Shards {
 public:
  explicit Shards(std::size_t records) {
    for (std::size_t i = 0; i < records; ++i) jobs.push_back(record(i));
    const fs::path first = file(0);
    {
      Store store(first, StoreMode::sole);
      store.set_origin("a benchmark");
      const RandomStream random(seed_from("synthetic records"));
      for (std::size_t i = 0; i < kPerShard; ++i) {
        JobResult result;
        result.summary = {{"diverged", 0}};
        std::vector<float> losses(101);
        for (std::size_t t = 0; t < losses.size(); ++t)
          losses[t] = static_cast<float>(random.uniform(i * losses.size() + t));
        result.arrays["losses"] = {{1, losses.size()}, std::move(losses)};
        store.put(jobs[i], result, 1);
      }
    }
    for (std::size_t shard = 1; shard * kPerShard < records; ++shard) {
      fs::copy_file(first, file(shard));
      sqlite::Database database(file(shard), sqlite::Open::write);
      database.execute("PRAGMA synchronous = OFF; BEGIN;");
      for (const char* table : {"results", "arrays", "origin_of"}) {
        sqlite::Statement update(database, fmt::format("UPDATE {} SET key = ? WHERE key = ?", table));
        for (std::size_t i = 0; i < kPerShard; ++i)
          update.bind(1, jobs[shard * kPerShard + i].key).bind(2, jobs[i].key).run_again();
      }
      database.execute("COMMIT");
    }
  }

  fs::path file(std::size_t shard) const { return folder.path() / fmt::format("{}.sqlite", shard); }
  std::size_t count() const { return jobs.size() / kPerShard; }

  MergeCounts merge_into(Store& store) const {
    MergeCounts sum;
    Merger merger(store, jobs);
    for (std::size_t shard = 0; shard < count(); ++shard) {
      const MergeCounts counts = merger.add(Store(file(shard), StoreMode::peek));
      sum.added += counts.added;
      sum.equal += counts.equal;
    }
    merger.finish();
    return sum;
  }

  ScratchFolder folder;
  std::vector<Job> jobs;
};

void merge(benchmark::State& state) {
  const Shards shards(static_cast<std::size_t>(state.range(0)));
  using Clock = std::chrono::steady_clock;
  const auto seconds = [](Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
  };
  for (auto _ : state) {
    const fs::path file = shards.folder.path() / "merged.sqlite";
    Store store(file, StoreMode::merge);
    const auto start = Clock::now();
    if (shards.merge_into(store).added != shards.jobs.size()) state.SkipWithError("records are missing");
    state.SetIterationTime(seconds(start));
    const auto again = Clock::now();
    if (shards.merge_into(store).equal != shards.jobs.size()) state.SkipWithError("records are not equal");
    state.counters["again_s"] = seconds(again);
    const auto handover = Clock::now();
    write_handover(shards.folder.path() / "handover.sqlite", store, shards.jobs);
    state.counters["handover_s"] = seconds(handover);
    state.counters["handover_MB"] =
        static_cast<double>(fs::file_size(shards.folder.path() / "handover.sqlite")) / 1e6;
    state.counters["merged_MB"] = static_cast<double>(fs::file_size(file)) / 1e6;
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

}  // namespace
}  // namespace l2l

BENCHMARK(l2l::merge)->Arg(10'000)->Arg(100'000)->UseManualTime()->Unit(benchmark::kSecond)->Iterations(1);

int main(int argc, char** argv) {
  // 10^6 only where it is asked for: it needs minutes and gigabytes.
  for (int i = 1; i < argc; ++i) {
    if (std::string(argv[i]).find("1000000") != std::string::npos)
      benchmark::RegisterBenchmark("l2l::merge", l2l::merge)
          ->Arg(1'000'000)
          ->UseManualTime()
          ->Unit(benchmark::kSecond)
          ->Iterations(1);
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
