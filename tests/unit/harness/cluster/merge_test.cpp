#include "harness/cluster/merge.hpp"

#include <filesystem>

#include <catch2/catch.hpp>

#include "harness/cluster/shard_store.hpp"
#include "tests/unit/harness/store/test_support.hpp"

namespace l2l {
namespace {

namespace fs = std::filesystem;
using test::job_named;
using test::result_of;
using test::tamper;
using test::TemporaryFolder;

struct MergeFixture {
  TemporaryFolder folder;
  std::vector<Job> jobs = {job_named("a"), job_named("b"), job_named("c"), job_named("d")};

  /// A store that holds job i with value values[i], where that is not negative.
  fs::path source(const std::string& name, const std::vector<double>& values) const {
    const fs::path file = folder.path() / (name + ".sqlite");
    Store store(file, StoreMode::sole);
    store.set_origin("machine " + name);
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (values[i] >= 0) store.put(jobs[i], result_of(values[i]), 1);
    }
    return file;
  }
  MergeCounts merge(Store& into, const fs::path& file) const {
    Merger merger(into, jobs);
    MergeCounts counts = merger.add(Store(file, StoreMode::peek));
    merger.finish();
    return counts;
  }
};

TEST_CASE("merging is idempotent and free of order") {
  const MergeFixture fixture;
  const fs::path first = fixture.source("first", {1, 2, -1, -1}),
                 second = fixture.source("second", {-1, 2, 3, -1});
  Store forth(fixture.folder.path() / "forth.sqlite", StoreMode::write);
  Store back(fixture.folder.path() / "back.sqlite", StoreMode::write);
  const MergeCounts one = fixture.merge(forth, first), two = fixture.merge(forth, second);
  CHECK(one.added == 2);
  CHECK(two.added == 1);
  CHECK(two.equal == 1);
  fixture.merge(back, second);
  fixture.merge(back, first);
  CHECK(forth.digests() == back.digests());
  CHECK(forth.digests().size() == 3);
  CHECK(forth.get(fixture.jobs[2].key)->digest() == result_of(3).digest());
  const MergeCounts again = fixture.merge(forth, first);
  CHECK(again.added == 0);
  CHECK(again.equal == 2);
  CHECK(again.conflicts.empty());
  // Who computed it goes with it, from whichever store came first.
  CHECK(forth.origin(fixture.jobs[1].key) == "machine first");
  CHECK(back.origin(fixture.jobs[1].key) == "machine second");
}

TEST_CASE("a merge that does not come to its end leaves nothing half done, and can be repeated") {
  const MergeFixture fixture;
  const fs::path first = fixture.source("first", {1, 2}), second = fixture.source("second", {-1, -1, 3});
  Store store(fixture.folder.path() / "store.sqlite", StoreMode::merge);
  {
    Merger merger(store, fixture.jobs);
    merger.add(Store(first, StoreMode::peek));
    merger.finish();
    CHECK(merger.add(Store(second, StoreMode::peek)).added == 1);
  }
  CHECK(store.digests().size() == 2);
  CHECK(fixture.merge(store, second).added == 1);
  CHECK(store.digests().size() == 3);
}

TEST_CASE("other bits under the same key: the first stays, and both origins are told, now and later") {
  const MergeFixture fixture;
  const fs::path first = fixture.source("first", {1}), second = fixture.source("second", {1.5, 2});
  const fs::path file = fixture.folder.path() / "store.sqlite";
  {
    Store store(file, StoreMode::write);
    fixture.merge(store, first);
    const MergeCounts counts = fixture.merge(store, second);
    REQUIRE(counts.conflicts.size() == 1);
    CHECK(counts.added == 1);
    CHECK(fixture.merge(store, second).conflicts.size() == 1);  // it does not wear off
    CHECK(store.digest(fixture.jobs[0].key) == result_of(1).digest());
  }
  Store store(file, StoreMode::write);
  const std::vector<Conflict> conflicts = store.conflicts();
  REQUIRE(conflicts.size() == 1);
  CHECK(conflicts[0].key == fixture.jobs[0].key);
  CHECK(conflicts[0].kept_digest == result_of(1).digest());
  CHECK(conflicts[0].kept_origin == "machine first");
  CHECK(conflicts[0].other_digest == result_of(1.5).digest());
  CHECK(conflicts[0].other_origin == "machine second");
  store.resolve_conflicts(fixture.jobs[0].key);
  CHECK(store.conflicts().empty());
}

TEST_CASE("damaged results are neither merged nor taken for a conflict") {
  const MergeFixture fixture;
  const fs::path source = fixture.source("source", {1, 2});
  tamper(source, "UPDATE arrays SET data = zeroblob(16)");
  tamper(source, "UPDATE results SET digest = 'x' WHERE key = '" + fixture.jobs[1].key + "'");
  Store store(fixture.folder.path() / "store.sqlite", StoreMode::write);
  store.put(fixture.jobs[1], result_of(2), 1);
  const MergeCounts counts = fixture.merge(store, source);
  CHECK(counts.added == 0);
  CHECK(counts.damaged == 2);
  CHECK(counts.conflicts.empty());
  CHECK(store.digests().size() == 1);
}

TEST_CASE("failures are merged as long as there is no result, and foreign results never") {
  const MergeFixture fixture;
  const fs::path source = fixture.folder.path() / "source.sqlite";
  {
    Store store(source, StoreMode::sole);
    store.put_failure(fixture.jobs[0], "out of luck");
    store.put_failure(fixture.jobs[1], "out of luck");
    store.put(job_named("of another suite"), result_of(7), 1);
  }
  Store store(fixture.folder.path() / "store.sqlite", StoreMode::write);
  store.put(fixture.jobs[1], result_of(2), 1);
  CHECK(fixture.merge(store, source).foreign == 1);
  CHECK(store.failure(fixture.jobs[0].key) == "out of luck");
  CHECK_FALSE(store.failure(fixture.jobs[1].key));
  CHECK(store.digests().size() == 1);
  // A later success takes the failure away.
  fixture.merge(store, fixture.source("later", {1}));
  CHECK(store.failures().empty());
}

TEST_CASE("the store of a process that was killed is read, its unfinished transaction undone") {
  const MergeFixture fixture;
  const fs::path folder = fixture.folder.path() / "shards";
  ShardStore attempt(folder);
  attempt.store().put(fixture.jobs[0], result_of(1), 1);
  REQUIRE(stores_in(folder).size() == 1);
  const fs::path part = stores_in(folder).front();
  CHECK(part.extension() == ".part");
  {
    const ScratchFolder scratch;
    const auto store = open_foreign_store(part, scratch);
    REQUIRE(store);
    CHECK(store->keys() == std::vector<std::string>{fixture.jobs[0].key});
  }
  // A copy taken after pages were overwritten and before the journal was dropped.
  sqlite3* database = nullptr;
  const fs::path torn = fixture.folder.path() / "torn.sqlite.part";
  REQUIRE(sqlite3_open(part.c_str(), &database) == SQLITE_OK);
  const auto run = [&](const char* sql) {
    REQUIRE(sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
  };
  run("PRAGMA cache_size = 1; PRAGMA cache_spill = 1; BEGIN EXCLUSIVE; UPDATE results SET digest = 'x';"
      "CREATE TABLE filler (x); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
      "500) "
      "INSERT INTO filler SELECT zeroblob(4000) FROM n;");
  fs::copy_file(part, torn);
  fs::copy_file(part.string() + "-journal", torn.string() + "-journal");
  run("ROLLBACK");
  sqlite3_close(database);
  const ScratchFolder scratch;
  const auto store = open_foreign_store(torn, scratch);
  REQUIRE(store);
  CHECK(store->digest(fixture.jobs[0].key) == result_of(1).digest());

  attempt.seal();
  REQUIRE(stores_in(folder).size() == 1);
  CHECK(stores_in(folder).front().extension() == ".sqlite");
  ShardStore(folder).seal();  // nothing was computed: nothing is left
  CHECK(stores_in(folder).size() == 1);
}

}  // namespace
}  // namespace l2l
