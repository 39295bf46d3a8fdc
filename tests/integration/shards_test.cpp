#include <csignal>
#include <filesystem>
#include <set>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "harness/cluster/shard_store.hpp"
#include "harness/store/store.hpp"
#include "tests/integration/program.hpp"
#include "tests/support/environment.hpp"

namespace l2l::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const std::vector<std::string> kMerge = {"merge", "tiny.yaml", "--run", "sharded", "--no-reuse"};

std::vector<std::string> shard(std::size_t index, std::size_t count) {
  return {"run",     "tiny.yaml", "--run", "sharded", "--shard", fmt::format("{}/{}", index, count),
          "--quiet", "--threads", "1"};
}

std::set<std::string> weights(const fs::path& run) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(run / "weights")) names.insert(entry.path().filename());
  return names;
}

/// Key -> who has computed it, over all private stores.
std::map<std::string, std::set<std::string>> origins(const fs::path& shards) {
  std::map<std::string, std::set<std::string>> found;
  const ScratchFolder scratch;
  for (const fs::path& file : stores_in(shards)) {
    const auto store = open_foreign_store(file, scratch);
    REQUIRE(store);
    for (const std::string& key : store->keys()) found[key].insert(store->origin(key));
  }
  return found;
}

TEST_CASE("any number of shards gives the results of one machine") {
  const Workspace work(tiny_suite(3));
  const auto expected = digests_of_one_run(work);
  const fs::path run = work.path() / "sharded";
  const std::size_t count = GENERATE(1, 2, 3, 7);
  for (int wave = 0; wave < 3; ++wave) {
    for (std::size_t k = count; k-- > 0;) {
      const Ending ending = work.run(shard(k, count));
      CAPTURE(ending.err);
      REQUIRE(ending.exit_code == 0);
    }
    const Ending merge = work.run(kMerge);
    CAPTURE(merge.err);
    REQUIRE(merge.exit_code == 0);
    CHECK((digests(run) == expected) == (wave == 2));
  }
  CHECK(weights(run) == weights(work.path() / "whole"));
  for (const auto& [key, who] : origins(run / "shards")) CHECK(who.size() == 1);  // nothing twice
  CHECK_THAT(work.run(kMerge).out, Catch::Contains("0 results added"));
  // Known to be stored even where the stores of shards are gone and the shards are others.
  fs::remove_all(run / "shards");
  CHECK(work.run(shard(1, 4)).exit_code == 0);
  CHECK_FALSE(fs::exists(run / "shards"));
  CHECK(json::parse(work.run({"status", "sharded", "--json"}).out)["total"]["missing"] == 0);
  // It is a run like any other.
  CHECK(work.run({"run", "tiny.yaml", "--run", "sharded"}).exit_code == 0);
  CHECK(fs::exists(run / "report/report.md"));
  CHECK(digests(run) == expected);
}

TEST_CASE("one wave at a time, with k from the scheduler's environment") {
  const Workspace work(tiny_suite(2));
  const auto expected = digests_of_one_run(work);
  const ScopedEnvironment no_slurm("SLURM_ARRAY_TASK_ID", nullptr);
  std::vector<std::string> command = shard(0, 1);
  command[5] = "auto/2";
  command.push_back("--wave");
  // A wave whose inputs are missing says so.
  command.push_back("1");
  {
    const ScopedEnvironment index("JOB_COMPLETION_INDEX", "0");
    const Ending early = work.run(command);
    CHECK(early.exit_code == 3);
    CHECK_THAT(early.err, Catch::Contains("wait for results of other shards"));
  }
  for (const char* wave : {"0", "1", "2"}) {
    command.back() = wave;
    for (const char* k : {"0", "1"}) {
      const ScopedEnvironment index("JOB_COMPLETION_INDEX", k);
      REQUIRE(work.run(command).exit_code == 0);
    }
    REQUIRE(work.run(kMerge).exit_code == 0);
  }
  CHECK(digests(work.path() / "sharded") == expected);
  command.back() = "3";
  const ScopedEnvironment index("JOB_COMPLETION_INDEX", "0");
  CHECK_THAT(work.run(command).err, Catch::Contains("has no wave 3"));
}

TEST_CASE("a shard that is killed, warned or asked to leave goes on where it was, to the same bits") {
  // Progress is told ten times a second, and all three signals have to meet the first training.
  const Workspace work(tiny_suite(kLongEpochs, 4 * kLongHorizons));
  const auto expected = digests_of_one_run(work);
  const fs::path run = work.path() / "sharded";
  REQUIRE(work.run(shard(0, 1)).exit_code == 0);
  REQUIRE(work.run(kMerge).exit_code == 0);
  std::vector<std::string> command = shard(0, 1);
  command[6] = "--json";
  double last = 0;
  for (const int signal : {SIGKILL, SIGUSR1, SIGTERM}) {
    Program program(command, work.path());
    double first = -1;
    const auto seen = program.event([&](const json& event) {
      if (event["event"] != "job_progress") return false;
      if (first < 0) first = event["fraction"];
      return event["fraction"] > last + 0.1;
    });
    REQUIRE(seen);
    CHECK(first > last - 0.05);  // not from the beginning
    last = (*seen)["fraction"];
    program.send(signal);
    const Ending ending = program.wait();
    if (signal == SIGKILL) {
      CHECK(ending.signal == SIGKILL);
    } else {
      CHECK(ending.exit_code == 130);
    }
  }
  CHECK(work.run(shard(0, 1)).exit_code == 0);
  REQUIRE(work.run(kMerge).exit_code == 0);
  REQUIRE(work.run(shard(0, 1)).exit_code == 0);
  REQUIRE(work.run(kMerge).exit_code == 0);
  CHECK(digests(run) == expected);
  for (const auto& [key, who] : origins(run / "shards")) CHECK(who.size() == 1);
}

TEST_CASE("a merge that is killed half-way is finished by the next one") {
  const Workspace work(tiny_suite(2));
  const auto expected = digests_of_one_run(work);
  for (int wave = 0; wave < 3; ++wave) {
    REQUIRE(work.run(shard(0, 1)).exit_code == 0);
    for (const int milliseconds : {1, 5, 10, 20, 30, 40}) {
      Program merge(kMerge, work.path());
      ::usleep(static_cast<useconds_t>(milliseconds) * 1000);
      merge.send(SIGKILL);
      merge.wait();
    }
    const Ending merge = work.run(kMerge);
    CAPTURE(merge.err);
    REQUIRE(merge.exit_code == 0);
  }
  CHECK(digests(work.path() / "sharded") == expected);
}

TEST_CASE("two results under one key are an alarm until it is resolved") {
  const Workspace work(tiny_suite(2));
  REQUIRE(work.run(shard(0, 1)).exit_code == 0);
  REQUIRE(work.run(kMerge).exit_code == 0);
  // Another machine, with other bits.
  const fs::path file = stores_in(work.path() / "sharded/shards").front();
  std::string key;
  {
    Store other(work.path() / "other.sqlite", StoreMode::sole);
    const Store store(file, StoreMode::peek);
    key = store.keys().front();
    Job job;
    job.kind = JobKind::tune;
    job.key = key;
    JobResult result = *store.get(key);
    result.summary["wrong"] = true;
    other.set_origin("a broken machine");
    other.put(job, result, 1);
  }
  const Ending merge = work.run({"merge", "tiny.yaml", "other.sqlite", "--run", "sharded", "--no-reuse"});
  CHECK(merge.exit_code == 1);
  CHECK_THAT(merge.err, Catch::Contains("CONFLICT") && Catch::Contains(key) &&
                            Catch::Contains("from  a broken machine") && Catch::Contains("--shard 0/1"));
  CHECK(work.run(kMerge).exit_code == 1);
  CHECK_THAT(work.run({"status", "sharded"}).err, Catch::Contains("a broken machine"));
  CHECK(work.run({"verify", "sharded", "--all", "--repair"}).exit_code == 0);
  CHECK(work.run(kMerge).exit_code == 0);
}

}  // namespace
}  // namespace l2l::test
