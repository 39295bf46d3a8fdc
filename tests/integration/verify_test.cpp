#include <csignal>
#include <filesystem>
#include <map>
#include <set>

#include <unistd.h>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "harness/store/store.hpp"
#include "tests/integration/program.hpp"
#include "tests/support/environment.hpp"

namespace l2l::test {
namespace {

namespace fs = std::filesystem;

TEST_CASE("verify computes every job again and finds the same bits") {
  const Workspace work(tiny_suite(3));
  REQUIRE(work.run({"run", "tiny.yaml", "--no-report", "--quiet"}).exit_code == 0);
  const fs::path scratch = work.path() / "scratch";
  fs::create_directory(scratch);
  const ScopedEnvironment temporary("TMPDIR", scratch.c_str());
  const Ending all = work.run({"verify", "runs/tiny", "--all"});
  CAPTURE(all.out, all.err);
  CHECK(all.exit_code == 0);
  CHECK_THAT(all.out, Catch::Contains("14 of 14 jobs verified: 14 equal"));
  const Ending sample = work.run({"verify", "runs/tiny", "--sample", "3", "--threads", "1"});
  CHECK(sample.exit_code == 0);
  CHECK(fs::is_empty(scratch));
  CHECK_THAT(sample.out, Catch::Contains("3 of 3 jobs verified"));
}

TEST_CASE("verify finds a damaged result, and repairs it where the digest proves the new bits") {
  const Workspace work(tiny_suite(3));
  const std::filesystem::path store = work.path() / "runs/tiny/store.sqlite";
  REQUIRE(work.run({"run", "tiny.yaml", "--no-report", "--quiet"}).exit_code == 0);
  const auto before = digests(work.path() / "runs/tiny");
  const auto seconds = [&] {
    std::map<std::string, double> all;
    const Store opened(store, StoreMode::read);
    for (const auto& [key, digest] : before) all[key] = opened.seconds(key).value();
    return all;
  };
  const auto seconds_before = seconds();
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
  CHECK(seconds() == seconds_before);
}

TEST_CASE("another seed of verify draws another sample") {
  const Workspace work(tiny_suite(2));
  REQUIRE(work.run({"run", "tiny.yaml", "--no-report", "--quiet"}).exit_code == 0);
  tamper(work.path() / "runs/tiny/store.sqlite",
         "UPDATE results SET summary = '{}' WHERE key IN (SELECT key FROM results WHERE kind = 'evaluate' "
         "ORDER BY "
         "key LIMIT 1)");
  std::set<int> codes;
  for (int seed = 0; seed < 16; ++seed) {
    const Ending ending = work.run({"verify", "runs/tiny", "--sample", "7", "--seed", std::to_string(seed)});
    CHECK_THAT(ending.out, Catch::Contains("7 of 7 jobs verified"));
    codes.insert(ending.exit_code);
  }
  CHECK(codes == std::set<int>{0, 1});  // the damage is in some of the samples
}

TEST_CASE("verify tells when it could not compute something, and when there is nothing to verify") {
  const Workspace work(tiny_suite(2));
  const fs::path store = work.path() / "runs/tiny/store.sqlite";
  REQUIRE(work.run({"run", "tiny.yaml", "--no-report", "--quiet"}).exit_code == 0);
  tamper(store, "DELETE FROM results WHERE kind = 'tune'");
  const Ending some = work.run({"verify", "runs/tiny", "--all"});
  CHECK(some.exit_code == 3);
  CHECK_THAT(some.out, Catch::Contains("not computed: evaluate sgd") &&
                           Catch::Contains("is no longer stored") &&
                           Catch::Contains("8 of 12 jobs verified: 8 equal"));
  tamper(store, "DELETE FROM results");
  const Ending none = work.run({"verify", "runs/tiny"});
  CHECK(none.exit_code == 4);
  CHECK_THAT(none.out, Catch::Contains("nothing to verify"));
}

TEST_CASE("verify can be interrupted") {
  const Workspace work(tiny_suite(150, 60));
  REQUIRE(work.run({"run", "tiny.yaml", "--no-report", "--quiet"}).exit_code == 0);
  const fs::path scratch = work.path() / "scratch";
  fs::create_directory(scratch);
  const ScopedEnvironment temporary("TMPDIR", scratch.c_str());
  Program program({"verify", "runs/tiny", "--all", "--threads", "1"}, work.path());
  // It is under way once the first job is stored; the trainings are then still to come.
  const auto under_way = [&] {
    for (const auto& entry : fs::directory_iterator(scratch)) {
      try {
        return !Store(entry.path() / "store.sqlite", StoreMode::read).keys().empty();
      } catch (const Error&) {
        return false;
      }
    }
    return false;
  };
  for (int i = 0; i < 6000 && !under_way(); ++i) ::usleep(10'000);
  program.send(SIGINT);
  CHECK(program.wait().exit_code == 130);
  CHECK(fs::is_empty(scratch));
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
