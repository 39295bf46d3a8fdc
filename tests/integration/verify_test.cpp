#include <filesystem>

#include <sqlite3.h>

#include <catch2/catch.hpp>

#include "harness/store.hpp"
#include "tests/integration/program.hpp"

namespace l2l::test {
namespace {

void tamper(const std::filesystem::path& file, const std::string& sql) {
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open(file.c_str(), &database) == SQLITE_OK);
  CHECK(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
  CHECK(sqlite3_changes(database) > 0);
  sqlite3_close(database);
}

TEST_CASE("verify computes every job again and finds the same bits") {
  const Workspace work(tiny_suite(3));
  REQUIRE(work.run({"run", "tiny.yaml", "--no-report", "--quiet"}).exit_code == 0);
  const Ending all = work.run({"verify", "runs/tiny", "--all"});
  CAPTURE(all.out, all.err);
  CHECK(all.exit_code == 0);
  CHECK_THAT(all.out, Catch::Contains("14 of 14 jobs verified: 14 equal"));
  const Ending sample = work.run({"verify", "runs/tiny", "--sample", "3", "--threads", "1"});
  CHECK(sample.exit_code == 0);
  CHECK_THAT(sample.out, Catch::Contains("3 of 3 jobs verified"));
}

TEST_CASE("verify finds a damaged result, and repairs it where the digest proves the new bits") {
  const Workspace work(tiny_suite(3));
  const std::filesystem::path store = work.path() / "runs/tiny/store.sqlite";
  REQUIRE(work.run({"run", "tiny.yaml", "--no-report", "--quiet"}).exit_code == 0);
  const auto before = digests(work.path() / "runs/tiny");
  tamper(store,
         "UPDATE arrays SET data = CAST(x'00' || substr(data, 2) AS BLOB) WHERE name = 'losses' AND key IN "
         "(SELECT key FROM results WHERE kind = 'evaluate' ORDER BY key LIMIT 1)");
  const Ending found = work.run({"verify", "runs/tiny", "--all"});
  CAPTURE(found.out);
  CHECK(found.exit_code == 1);
  CHECK_THAT(found.out, Catch::Contains("damaged: ") && Catch::Contains("13 equal"));
  const Ending repaired = work.run({"verify", "runs/tiny", "--all", "--repair"});
  CHECK(repaired.exit_code == 0);
  CHECK_THAT(repaired.out, Catch::Contains("1 of them repaired"));
  CHECK(work.run({"verify", "runs/tiny", "--all"}).exit_code == 0);
  CHECK(digests(work.path() / "runs/tiny") == before);
}

TEST_CASE("verify finds a result that is sound in itself but not what the job computes") {
  const Workspace work(tiny_suite(3));
  const std::filesystem::path file = work.path() / "runs/tiny/store.sqlite";
  REQUIRE(work.run({"run", "tiny.yaml", "--no-report", "--quiet"}).exit_code == 0);
  std::string key;
  JobResult forged;
  {
    Store store(file, StoreMode::write);
    for (const std::string& candidate : store.keys()) {
      forged = *store.get(candidate);
      if (!forged.summary.contains("diverged")) continue;
      key = candidate;
      break;
    }
    forged.summary["diverged"] = 1;
    Job job;
    job.kind = JobKind::evaluate;
    job.key = key;
    store.put(job, forged, 1);
  }
  const Ending found = work.run({"verify", "runs/tiny", "--all", "--repair"});
  CAPTURE(found.out);
  CHECK(found.exit_code == 1);
  CHECK_THAT(found.out, Catch::Contains("different: ") && Catch::Contains(key));
  CHECK(digests(work.path() / "runs/tiny")[key] == forged.digest());
}

}  // namespace
}  // namespace l2l::test
