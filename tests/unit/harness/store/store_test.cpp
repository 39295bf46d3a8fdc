#include "harness/store/store.hpp"

#include <filesystem>
#include <fstream>
#include <limits>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "harness/store/sqlite.hpp"
#include "tests/unit/harness/store/test_support.hpp"

namespace l2l {
namespace {

using test::error_of;
using test::job_named;
using test::result_of;
using test::tamper;
using test::TemporaryFolder;

TEST_CASE("a stored result comes back with the same bits") {
  const TemporaryFolder directory;
  const Job job = job_named("a");
  JobResult result = result_of(1.5);
  result.summary["best"] = 0.1 + 0.2;
  const double infinity = std::numeric_limits<double>::infinity();
  result.arrays["rates"] = NdArray{{3}, std::vector<double>{-0.0, infinity, 5e-324}};
  result.arrays["odd"] =
      NdArray{{2, 2}, std::vector<float>{1.0F, std::numeric_limits<float>::quiet_NaN(), -0.0F, 3.25F}};
  result.arrays["empty"] = NdArray{{0}, std::vector<float>{}};
  {
    Store store(directory.path() / "store.sqlite", StoreMode::write);
    CHECK_FALSE(store.has(job.key));
    CHECK_FALSE(store.get(job.key));
    store.put(job, result, 12.5);
  }
  const Store store(directory.path() / "store.sqlite", StoreMode::read);
  CHECK(store.keys() == std::vector<std::string>{job.key});
  CHECK(store.seconds(job.key) == 12.5);
  CHECK(store.digest(job.key) == result.digest());
  const std::optional<JobResult> loaded = store.get(job.key);
  REQUIRE(loaded);
  CHECK(loaded->digest() == result.digest());
  CHECK(loaded->summary == result.summary);
  CHECK(loaded->arrays.at("odd").shape == std::vector<std::size_t>{2, 2});
  CHECK(std::get<std::vector<double>>(loaded->arrays.at("rates").values)[1] == infinity);
  CHECK(std::get<std::vector<float>>(loaded->arrays.at("empty").values).empty());
}

TEST_CASE("the columns of an array are NumPy's type, its shape as JSON and its bytes") {
  const TemporaryFolder directory;
  const std::filesystem::path file = directory.path() / "store.sqlite";
  JobResult result;
  result.arrays["losses"] = {{2, 1}, std::vector<float>{1, -0.0F}};
  result.arrays["rates"] = {{1}, std::vector<double>{1}};
  Store(file, StoreMode::write).put(job_named("a"), result, 1);
  sqlite::Database database(file, sqlite::Open::read);
  sqlite::Statement row(database, "SELECT name || dtype || shape || hex(data) FROM arrays ORDER BY name");
  REQUIRE(row.next());
  CHECK(row.text(0) == "losses<f4[2,1]0000803F00000080");
  REQUIRE(row.next());
  CHECK(row.text(0) == "rates<f8[1]000000000000F03F");
  CHECK_FALSE(row.next());
}

TEST_CASE("one flipped bit is found when the result is read") {
  const TemporaryFolder directory;
  const std::filesystem::path file = directory.path() / "store.sqlite";
  const Job job = job_named("a");
  {
    Store store(file, StoreMode::write);
    store.put(job, result_of(1.5), 1);
  }
  const auto [what, sql] = GENERATE(table<const char*, const char*>({
      {"data", "UPDATE arrays SET data = CAST(substr(data, 1, 3) || x'01' || substr(data, 5) AS BLOB)"},
      {"shape", "UPDATE arrays SET shape = '[1,4]'"},
      {"broken shape", "UPDATE arrays SET shape = '[4'"},
      {"dtype", "UPDATE arrays SET dtype = '<f8'"},
      {"name", "UPDATE arrays SET name = 'x' || name"},
      {"missing array", "DELETE FROM arrays"},
      {"summary", "UPDATE results SET summary = '{\"value\":1.25}'"},
      {"broken summary", "UPDATE results SET summary = '{'"},
      {"digest", "UPDATE results SET digest = 'f' || substr(digest, 2) || '0'"},
  }));
  CAPTURE(what);
  tamper(file, sql);
  const Store store(file, StoreMode::read);
  CHECK(store.has(job.key));
  CHECK_THAT(error_of([&] { store.get(job.key); }).what(), Catch::Contains("is damaged"));
}

TEST_CASE("a result replaces checkpoint and failure of its job, and nobody else's") {
  const TemporaryFolder directory;
  Store store(directory.path() / "store.sqlite", StoreMode::write);
  const Job a = job_named("a"), b = job_named("b");
  for (const Job& job : {a, b}) {
    store.put_checkpoint(job.key, std::string("early\0bytes", 11));
    store.put_checkpoint(job.key, std::string("later\0bytes", 11));
    store.put_failure(job, "out of luck");
  }
  CHECK(store.checkpoint(a.key) == std::string("later\0bytes", 11));
  CHECK(store.failure(a.key) == "out of luck");
  store.put_failure(a, "out of memory");
  CHECK(store.failure(a.key) == "out of memory");
  store.put(a, result_of(1), 1);
  CHECK_FALSE(store.checkpoint(a.key));
  CHECK_FALSE(store.failure(a.key));
  CHECK(store.checkpoint(b.key));
  CHECK(store.failure(b.key));
}

TEST_CASE("a result that replaces another leaves nothing of it") {
  const TemporaryFolder directory;
  Store store(directory.path() / "store.sqlite", StoreMode::write);
  const Job job = job_named("a");
  JobResult before = result_of(1);
  before.arrays["more"] = NdArray{{1}, std::vector<double>{1}};
  store.put(job, before, 1);
  store.put(job, result_of(2), 3);
  CHECK(store.get(job.key)->digest() == result_of(2).digest());
  CHECK(store.seconds(job.key) == 3);
}

TEST_CASE("a damaged checkpoint counts as none") {
  const TemporaryFolder directory;
  const std::filesystem::path file = directory.path() / "store.sqlite";
  {
    Store store(file, StoreMode::write);
    store.put_checkpoint("k", "bytes");
    REQUIRE(store.checkpoint("k") == "bytes");
  }
  tamper(file, "UPDATE checkpoints SET bytes = x'00'");
  CHECK_FALSE(Store(file, StoreMode::read).checkpoint("k"));
}

TEST_CASE("stores that are missing, alien, newer or older are refused with a reason") {
  const TemporaryFolder directory;
  const std::filesystem::path file = directory.path() / "store.sqlite";
  const auto opening = [&](StoreMode mode) {
    return std::string(error_of([&] { Store store(file, mode); }).what());
  };
  CHECK_THAT(opening(StoreMode::read), Catch::Contains("no such store"));
  CHECK_FALSE(std::filesystem::exists(file));

  SECTION("not SQLite") {
    std::ofstream(file) << std::string(5000, 'x');
    CHECK_THAT(opening(StoreMode::read), Catch::Contains("not a store"));
    CHECK_THAT(opening(StoreMode::write), Catch::Contains("not a store"));
  }
  SECTION("somebody else's database") {
    tamper(file, "CREATE TABLE t (x)");
    CHECK_THAT(opening(StoreMode::read), Catch::Contains("is not a store of l2lbench"));
    CHECK_THAT(opening(StoreMode::write), Catch::Contains("is not a store of l2lbench"));
  }
  SECTION("newer") {
    { Store store(file, StoreMode::write); }
    tamper(file, "PRAGMA user_version = 99");
    CHECK_THAT(opening(StoreMode::read), Catch::Contains("newer l2lbench (store version 99"));
    CHECK_THAT(opening(StoreMode::write), Catch::Contains("newer l2lbench (store version 99"));
  }
  SECTION("of the keys from before components had versions") {
    { Store store(file, StoreMode::write); }
    tamper(file, "PRAGMA user_version = 1");
    for (const StoreMode mode : {StoreMode::read, StoreMode::peek, StoreMode::write}) {
      CHECK_THAT(opening(mode), Catch::Contains("older l2lbench (store version 1, this program knows 2)"));
      CHECK_THAT(opening(mode), Catch::Contains("run into a new folder with --run"));
    }
  }
}

TEST_CASE("what is put within a batch becomes durable with it, or not at all") {
  const TemporaryFolder directory;
  Store store(directory.path() / "store.sqlite", StoreMode::write);
  const Job kept = job_named("kept"), lost = job_named("lost"), alone = job_named("alone");
  {
    Store::Batch batch(store);
    store.put(kept, result_of(1), 1);
    const std::size_t bytes = batch.bytes();
    CHECK(bytes >= sizeof(double));
    store.put_failure(lost, "out of luck");
    batch.commit();
    store.put(alone, result_of(3), 1);  // after the batch, by itself
  }
  {
    const Store::Batch batch(store);
    CHECK(batch.bytes() == 0);
    store.put(lost, result_of(2), 1);
    CHECK(store.has(lost.key));
    store.put_checkpoint(kept.key, "x");
  }
  CHECK(store.has(kept.key));
  CHECK(store.has(alone.key));
  CHECK_FALSE(store.has(lost.key));
  CHECK(store.failure(lost.key) == "out of luck");
  CHECK_FALSE(store.checkpoint(kept.key));
}

TEST_CASE("results are adopted from another run with their digests, damaged ones left behind") {
  const TemporaryFolder directory;
  const std::filesystem::path old = directory.path() / "old.sqlite";
  std::vector<Job> jobs;
  {
    Store store(old, StoreMode::write);
    for (int i = 0; i < 70; ++i) {
      jobs.push_back(job_named(std::to_string(i)));
      store.put(jobs.back(), result_of(i), i);
    }
  }
  tamper(old, fmt::format("UPDATE results SET summary = '{{}}' WHERE key = '{}'", jobs[3].key));
  jobs.push_back(job_named("in neither"));
  Store store(directory.path() / "new.sqlite", StoreMode::write);
  CHECK(store.adopt(Store(old, StoreMode::read), jobs).size() == 69);
  CHECK_FALSE(store.has(jobs[3].key));
  CHECK(store.digest(jobs[69].key) == result_of(69).digest());
  CHECK(store.get(jobs[69].key)->digest() == result_of(69).digest());
  CHECK(store.seconds(jobs[69].key) == 69);
}

}  // namespace
}  // namespace l2l
