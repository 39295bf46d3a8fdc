#include "harness/store/manifest.hpp"

#include <ctime>
#include <fstream>

#include <fmt/chrono.h>
#include <catch2/catch.hpp>

#include "core/digest.hpp"
#include "core/files.hpp"
#include "tests/support/environment.hpp"
#include "tests/unit/harness/store/test_support.hpp"

namespace l2l {
namespace {

using nlohmann::json;
using test::job_named;
using test::result_of;
using test::TemporaryFolder;

Job job_on(const std::string& name, const std::string& dataset) {
  Job job = job_named(name);
  job.config["optimizee"] = {{"kind", "mlp"}, {"dataset", dataset}};
  return job;
}

TEST_CASE("the manifest tells each start of a run and sums its computing time") {
  const TemporaryFolder temporary;
  const RunDirectory directory(temporary.path() / "run");
  Store store(directory.store(), StoreMode::write);
  const std::vector<Job> jobs = {job_on("a", "mnist"), job_on("b", "mnist"), job_named("c")};
  Suite suite;
  suite.name = "quick";
  suite.canonical_yaml = "name: quick\n";
  store.put(jobs[0], result_of(1), 2.5);
  store.put(job_named("of another plan"), result_of(1), 100);
  begin_manifest(directory, suite, jobs, {"2026-01-02T03:04:05Z", "l2lbench run quick.yaml", 2, 1000});
  end_manifest(directory, store, jobs, {{"exit_code", 130}});
  store.put(jobs[1], result_of(2), 4);
  begin_manifest(directory, suite, jobs, {utc_now(), "l2lbench run quick.yaml", 1, 1000});
  end_manifest(directory, store, jobs, {{"exit_code", 0}});

  const json manifest = json::parse(read_file(directory.manifest()));
  REQUIRE(manifest["invocations"].size() == 2);
  CHECK(manifest["invocations"][0]["started"] == "2026-01-02T03:04:05Z");
  CHECK(manifest["invocations"][0]["exit_code"] == 130);
  CHECK(manifest["invocations"][1]["threads"] == 1);
  CHECK(manifest["compute_seconds"] == 6.5);
  CHECK(manifest["suite"]["resolved"] == suite.canonical_yaml);
  CHECK(manifest["suite"]["sha256"] == sha256_hex(suite.canonical_yaml));
  CHECK(manifest["invocations"][0]["command"] == "l2lbench run quick.yaml");
  CHECK(manifest["invocations"][0]["ended"] >= "2026-01-02T03:04:05Z");
  CHECK(manifest["libraries"].contains("SQLite"));
  CHECK(manifest["datasets"].size() == 1);
  for (const auto& [file, digest] : manifest["datasets"]["mnist"].items()) {
    CAPTURE(file);
    CHECK(digest.get<std::string>().size() == 64);
  }
}

TEST_CASE("a damaged manifest is written anew") {
  const TemporaryFolder temporary;
  const RunDirectory directory(temporary.path());
  const char* damaged = GENERATE("{\"invocations\": [", "[]", "{\"invocations\": 5}");
  std::ofstream(directory.manifest()) << damaged;
  begin_manifest(directory, Suite{}, {}, {utc_now(), "x", 1, 1});
  CHECK(json::parse(read_file(directory.manifest()))["invocations"].size() == 1);
}

TEST_CASE("times are UTC wherever the machine stands") {
  const auto stamp = [] { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr))); };
  {
    const test::ScopedEnvironment zone("TZ", "XYZ-11");
    ::tzset();
    const std::string before = stamp(), now = utc_now(), after = stamp();
    CHECK(before <= now);
    CHECK(now <= after);
  }
  ::tzset();
}

TEST_CASE("the datasets of a plan are those its jobs read") {
  CHECK(datasets_of({job_on("a", "mnist"), job_on("b", "mnist"), job_named("c")}) ==
        std::vector<std::string>{"mnist"});
  CHECK(datasets_of({job_named("c")}).empty());
}

TEST_CASE("what the machine and the program are is known") {
  const json machine = machine_info(), program = program_info();
  CHECK(machine["memory_bytes"].get<std::size_t>() > (std::size_t{1} << 26));
  CHECK(machine["hardware_threads"].get<std::size_t>() >= 1);
  for (const char* name : {"cpu", "instruction_set", "blas_core", "onednn", "system"}) {
    CAPTURE(name);
    CHECK_FALSE(machine[name].get<std::string>().empty());
  }
  const auto revision = program["revision"].get<std::string>();
  CHECK((revision == "unknown" || revision.size() == 40));
  CHECK_THAT(program["flags"].get<std::string>(), Catch::Contains("-ffp-contract=off"));
}

}  // namespace
}  // namespace l2l
