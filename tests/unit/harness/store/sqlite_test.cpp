// What the store promises of its file: whole transactions, on the disk, beside readers, wherever it lies.
#include "harness/store/sqlite.hpp"

#include <atomic>
#include <filesystem>
#include <set>

#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/unit/harness/store/test_support.hpp"

namespace {
std::atomic<int> g_syncs = 0;
}

// In place of the C library's: SQLite calls these.
extern "C" int fsync(int descriptor) {
  ++g_syncs;
  return static_cast<int>(::syscall(SYS_fsync, descriptor));
}
extern "C" int fdatasync(int descriptor) {
  ++g_syncs;
  return static_cast<int>(::syscall(SYS_fdatasync, descriptor));
}

namespace l2l {
namespace {

using test::job_named;
using test::result_of;
using test::tamper;
using test::TemporaryFolder;

TEST_CASE("a result that cannot be stored whole is not stored at all, and the next one can be") {
  const TemporaryFolder directory;
  const std::filesystem::path file = directory.path() / "store.sqlite";
  const Job job = job_named("a");
  { Store store(file, StoreMode::write); }
  tamper(file, "CREATE TRIGGER t BEFORE INSERT ON arrays BEGIN SELECT RAISE(ABORT, 'no room'); END");
  {
    Store store(file, StoreMode::write);
    CHECK_THROWS_WITH(store.put(job, result_of(1), 1), Catch::Contains("no room"));
    CHECK_FALSE(store.has(job.key));
    CHECK_NOTHROW(store.put_checkpoint("c", "bytes"));
  }
  CHECK(Store(file, StoreMode::read).keys().empty());
}

TEST_CASE("a result is on the disk when put returns") {
  const TemporaryFolder directory;
  Store store(directory.path() / "store.sqlite", StoreMode::write);
  const int before = g_syncs;
  store.put(job_named("a"), result_of(1), 1);
  CHECK(g_syncs > before);
  const int between = g_syncs;
  store.put_checkpoint("c", "bytes");
  CHECK(g_syncs > between);
}

TEST_CASE("a reader in the middle of a query does not hold up the writer, and sees one state") {
  const TemporaryFolder directory;
  const std::filesystem::path file = directory.path() / "store.sqlite";
  Store store(file, StoreMode::write);
  store.put(job_named("a"), result_of(1), 1);
  sqlite3* reader = nullptr;
  sqlite3_stmt* query = nullptr;
  REQUIRE(sqlite3_open(file.c_str(), &reader) == SQLITE_OK);
  REQUIRE(sqlite3_prepare_v2(reader, "SELECT key FROM results", -1, &query, nullptr) == SQLITE_OK);
  REQUIRE(sqlite3_step(query) == SQLITE_ROW);
  CHECK_NOTHROW(store.put(job_named("b"), result_of(2), 1));
  CHECK(sqlite3_step(query) == SQLITE_DONE);
  sqlite3_finalize(query);
  sqlite3_close(reader);
}

TEST_CASE("a result is durable once put returns, and half a transaction is none") {
  const TemporaryFolder directory;
  const std::filesystem::path file = directory.path() / "store.sqlite";
  const pid_t child = ::fork();
  if (child == 0) {
    Store store(file, StoreMode::write);
    store.put(job_named("a"), result_of(1), 1);
    store.put_checkpoint("c", "progress");
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));
  Store store(file, StoreMode::write);  // the dead process's lock is gone
  CHECK(store.get(job_named("a").key)->digest() == result_of(1).digest());
  CHECK(store.checkpoint("c") == "progress");
}

TEST_CASE("a peek sees what is not in the main file yet, and leaves no file behind") {
  const TemporaryFolder directory;
  const std::filesystem::path file = directory.path() / "store.sqlite";
  const auto files = [&] {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(directory.path()))
      names.insert(entry.path().filename());
    return names;
  };
  {
    Store writer(file, StoreMode::write);
    writer.put(job_named("a"), result_of(1), 1);
    CHECK(Store(file, StoreMode::peek).has(job_named("a").key));
  }
  const std::set<std::string> before = files();
  const Store peek(file, StoreMode::peek);
  CHECK(peek.has(job_named("a").key));
  CHECK(files() == before);
}

TEST_CASE("a finished store can be read where nothing can be written") {
  const TemporaryFolder directory;
  const std::filesystem::path file = directory.path() / "store.sqlite";
  {
    Store store(file, StoreMode::write);
    store.put(job_named("a"), result_of(1), 1);
  }
  // As on a read-only medium (which root cannot make by permissions): the file beside it cannot be made.
  std::filesystem::create_symlink("nowhere/at all", file.string() + "-shm");
  CHECK(Store(file, StoreMode::read).has(job_named("a").key));
}

TEST_CASE("a path may hold what means something in a URI") {
  const TemporaryFolder directory;
  const std::filesystem::path folder = directory.path() / "50%41?mode=ro#x";
  {
    Store store(folder / "store.sqlite", StoreMode::write);
    store.put(job_named("a"), result_of(1), 1);
  }
  CHECK(std::filesystem::exists(folder / "store.sqlite"));
  CHECK(Store(folder / "store.sqlite", StoreMode::read).has(job_named("a").key));
}

}  // namespace
}  // namespace l2l
