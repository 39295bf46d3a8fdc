#include "harness/cluster/shard.hpp"

#include <algorithm>
#include <numeric>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "harness/run/schedule.hpp"
#include "tests/support/environment.hpp"
#include "tests/support/errors.hpp"
#include "tests/unit/harness/store/test_support.hpp"

namespace l2l {
namespace {

using test::job_named;
using test::ScopedEnvironment;

/// Two trainings, their selection, a training that reads it, a selection of that, and evaluations.
std::vector<Job> two_stages() {
  const Job a = job_named("a", {}, JobKind::meta_train), b = job_named("b", {}, JobKind::meta_train),
            s = job_named("s", {a.key, b.key}, JobKind::select),
            c = job_named("c", {s.key}, JobKind::meta_train), t = job_named("t", {c.key}, JobKind::select),
            e = job_named("e", {t.key}), u = job_named("u", {}, JobKind::tune), v = job_named("v", {u.key}),
            f = job_named("f", {}, JobKind::select), g = job_named("g", {f.key});
  return {a, b, s, c, t, e, u, v, f, g};
}

TEST_CASE("waves follow what jobs read, and a selection belongs to the wave that it closes") {
  const std::vector<int> waves = waves_of(two_stages());
  CHECK(waves == std::vector<int>{0, 0, 0, 1, 1, 2, 0, 1, kBeforeWaves, 0});
  CHECK(wave_count(waves) == 3);
  CHECK(wave_count({}) == 0);
}

TEST_CASE("every job but selections is in exactly one shard of its wave") {
  const std::vector<Job> jobs = two_stages();
  const std::vector<int> waves = waves_of(jobs);
  const std::size_t count = GENERATE(1, 2, 3, 7);
  std::vector<int> seen(jobs.size(), 0);
  for (std::size_t wave = 0; wave < 3; ++wave) {
    const auto shards = split_wave(jobs, waves, wave, count);
    REQUIRE(shards.size() == count);
    for (const auto& shard : shards) {
      CHECK(std::is_sorted(shard.begin(), shard.end()));
      for (const std::size_t job : shard) {
        ++seen[job];
        CHECK(waves[job] == static_cast<int>(wave));
      }
    }
  }
  for (std::size_t i = 0; i < jobs.size(); ++i) CHECK(seen[i] == (jobs[i].kind == JobKind::select ? 0 : 1));
}

TEST_CASE("shards cost about the same, and depend neither on the order of the plan nor on names") {
  std::vector<Job> jobs;
  for (int i = 0; i < 200; ++i) {
    jobs.push_back(job_named(std::to_string(i)));
    jobs.back().flop = i == 60 ? 300e9 : 1e9 * (1 + i % 17);  // one is as long as a shard
  }
  const auto shards_by_key = [](const std::vector<Job>& of) {
    std::vector<std::vector<std::string>> keys;
    for (const auto& shard : split_wave(of, waves_of(of), 0, 6)) {
      keys.emplace_back();
      for (const std::size_t job : shard) keys.back().push_back(of[job].key);
      std::sort(keys.back().begin(), keys.back().end());
    }
    return keys;
  };
  const auto before = shards_by_key(jobs);
  double least = 1e300, most = 0, largest = 0;
  for (const auto& shard : split_wave(jobs, waves_of(jobs), 0, 6)) {
    double cost = 0;
    for (const std::size_t job : shard) cost += job_cost(jobs[job]);
    least = std::min(least, cost);
    most = std::max(most, cost);
  }
  for (const Job& job : jobs) largest = std::max(largest, job_cost(job));
  CHECK(largest == Approx(300e9).epsilon(1e-3));
  CHECK(most - least <= 17e9);
  std::reverse(jobs.begin(), jobs.end());
  for (Job& job : jobs) job.label = "another";
  CHECK(shards_by_key(jobs) == before);
}

TEST_CASE("a shard is written K/N, or auto/N where a scheduler says K") {
  CHECK(parse_shard("3/8").index == 3);
  CHECK(parse_shard("3/8").count == 8);
  for (const char* wrong : {"", "3", "/8", "3/", "3/0", "a/8", "3/8x", "-1/8", "8/8"}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS(parse_shard(wrong), Error);
  }
  const ScopedEnvironment no_slurm("SLURM_ARRAY_TASK_ID", nullptr);
  const ScopedEnvironment no_kubernetes("JOB_COMPLETION_INDEX", nullptr);
  CHECK_THROWS_WITH(parse_shard("auto/8"),
                    Catch::Contains("needs SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX"));
  {
    const ScopedEnvironment kubernetes("JOB_COMPLETION_INDEX", "5");
    CHECK(parse_shard("auto/8").index == 5);
    const ScopedEnvironment slurm("SLURM_ARRAY_TASK_ID", "6");
    CHECK_THROWS_WITH(parse_shard("auto/8"), Catch::Contains("SLURM_ARRAY_TASK_ID is 6, but"));
  }
  const ScopedEnvironment slurm("SLURM_ARRAY_TASK_ID", "6");
  CHECK(parse_shard("auto/8").index == 6);
  CHECK_THROWS_AS(parse_shard("auto/6"), Error);
}

}  // namespace
}  // namespace l2l
