// Nights one after the other, and their history.
#include <algorithm>
#include <csignal>
#include <filesystem>

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "harness/watch/history.hpp"
#include "harness/watch/nightly.hpp"
#include "reports/text/format.hpp"
#include "tests/integration/program.hpp"

namespace l2l::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string patient_suite() {  // enough seeds to compare
  std::string suite = tiny_suite(2);
  const std::string few = "count: 8, per_job: 4";
  suite.replace(suite.find(few), few.size(), "count: 16, per_job: 8");
  return suite;
}

std::size_t nights(const Workspace& work) {
  const fs::path folder = work.path() / "nightly/nights";
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

std::string last_night(const Workspace& work) {
  std::string last;
  for (const auto& entry : fs::directory_iterator(work.path() / "nightly/nights"))
    last = std::max(last, entry.path().filename().string());
  return last;
}

void refuses(const fs::path& file, const char* sql) {
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open(file.c_str(), &database) == SQLITE_OK);
  CHECK(sqlite3_exec(database, sql, nullptr, nullptr, nullptr) != SQLITE_OK);
  sqlite3_close(database);
}

HistoryEntry night(int number, double loss, const std::string& key = "machine") {
  return {key,
          "CPU",
          "suite",
          fmt::format("commit{}", number),
          fmt::format("2026-01-{:02}T00:00:00Z", number),
          false,
          {{"cell: final loss", loss}}};
}

TEST_CASE(
    "a first night compares nothing and is not green, the next is, a worse one is red and not the last "
    "good") {
  const Workspace work(patient_suite());
  const std::vector<std::string> command = {"nightly", "--suite", "tiny.yaml", "--min-free",
                                            "1M",      "--keep",  "2"};
  const Ending first = work.run(command);
  CAPTURE(first.out, first.err);
  CHECK(first.exit_code == 4);
  CHECK_THAT(first.out, Catch::Contains("nothing was compared"));
  const std::string good = text_of(work.path() / "nightly/last-good");
  const Ending second = work.run(command);
  CAPTURE(second.out, second.err);
  CHECK(second.exit_code == 0);
  CHECK_THAT(second.out, Catch::Contains("Quality: passed") &&
                             Catch::Contains("Nights in the history of this kind of machine: 2;"));
  const std::string newer = text_of(work.path() / "nightly/last-good");
  CHECK(newer > good);
  const std::string page = text_of(work.path() / "nightly/nights" / newer / "report/report.md");
  CHECK_THAT(page, Catch::Contains("## What changed\n\nSince " + reports::markdown_text(good)) &&
                       Catch::Contains(" results changed."));
  CHECK_THAT(text_of(work.path() / "nightly/nights" / good / "report/report.md"),
             !Catch::Contains("## What changed"));
  CHECK(fs::exists(work.path() / "nightly/nights" / newer / "gate.xml"));

  std::string worse = patient_suite();
  const std::string grid = "sgd, tune: {low: 1.0e-3, high: 1,";
  worse.replace(worse.find(grid), grid.size(), "sgd, tune: {low: 1.0e-5, high: 1.0e-4,");
  work.write("worse.yaml", worse);
  const Ending third = work.run({"nightly", "--suite", "worse.yaml", "--min-free", "1M", "--keep", "2"});
  CAPTURE(third.out);
  CHECK(third.exit_code == 1);
  CHECK_THAT(third.out, Catch::Contains("/ sgd, horizon 10 | final loss"));
  CHECK(text_of(work.path() / "nightly/last-good") == newer);
  CHECK(text_of(work.path() / "nightly/latest.md") ==
        text_of(work.path() / "nightly/nights" / last_night(work) / "summary.md"));
  for (int more = 0; more < 2; ++more)
    CHECK(work.run({"nightly", "--suite", "worse.yaml", "--min-free", "1M", "--keep", "1"}).exit_code == 1);
  CHECK(nights(work) == 2);  // the newest, and the last good one
  CHECK(fs::exists(work.path() / "nightly/nights" / newer));
}

TEST_CASE("pruning keeps the newest nights and the last good one, however old") {
  const std::vector<std::string> all = {"1", "2", "3", "4", "5"};
  CHECK(nights_to_remove(all, "1", 2) == std::vector<std::string>{"2", "3"});
  CHECK(nights_to_remove(all, "5", 2) == std::vector<std::string>{"1", "2", "3"});
  CHECK(nights_to_remove(all, "3", 14).empty());
  CHECK(nights_to_remove({}, "", 1).empty());
}

TEST_CASE("a nightly refuses a full disk, a second one beside it and a wrong suite before it does anything") {
  const Workspace work(tiny_suite(2));
  const Ending full = work.run({"nightly", "--suite", "tiny.yaml", "--min-free", "900000T"});
  CHECK(full.exit_code == 2);
  CHECK_THAT(full.err, Catch::Contains("GiB of disk are free"));
  const int lock = ::open((work.path() / "nightly/lock").c_str(), O_RDWR | O_CREAT, 0666);
  REQUIRE(::flock(lock, LOCK_EX | LOCK_NB) == 0);
  const Ending second = work.run({"nightly", "--suite", "tiny.yaml", "--min-free", "1M"});
  ::close(lock);
  CHECK(second.exit_code == 2);
  CHECK_THAT(second.err, Catch::Contains("another l2lbench is writing") && Catch::Contains("with --folder"));
  CHECK(work.run({"nightly", "--suite", "absent.yaml", "--min-free", "1M"}).exit_code == 2);
  CHECK(nights(work) == 0);
}

TEST_CASE("an interrupted night is continued by the next start") {
  const Workspace work(tiny_suite(30, 40));
  const std::vector<std::string> command = {"nightly", "--suite",   "tiny.yaml", "--min-free",
                                            "1M",      "--threads", "1"};
  {
    Program program(command, work.path());
    // A job has started: from then on an interruption is saved.
    const auto started = [&] {
      if (!fs::exists(work.path() / "nightly/nights")) return false;
      for (const auto& file : fs::recursive_directory_iterator(work.path() / "nightly/nights"))
        if (file.path().extension() == ".jsonl" &&
            text_of(file.path()).find("job_started") != std::string::npos)
          return true;
      return false;
    };
    for (int wait = 0; wait < 6000 && !started(); ++wait) ::usleep(5000);
    program.send(SIGINT);
    const int code = program.wait().exit_code;
    if (code == 4) return;  // faster than the signal
    REQUIRE(code == 130);
  }
  CHECK(work.run(command).exit_code == 4);
  CHECK(nights(work) == 1);
}

TEST_CASE("a history is appended to, merged once, and names the commits between which a level changed") {
  const Workspace work(tiny_suite(2));
  History history(work.path() / "history.sqlite"), other(work.path() / "other.sqlite");
  for (int i = 1; i <= 6; ++i) CHECK(history.add(night(i, 1.0)));
  for (int i = 7; i <= 9; ++i) CHECK(other.add(night(i, i == 8 ? 1.3 : 1.2)));
  CHECK(other.add(night(3, 1.0)));
  CHECK_FALSE(history.add(night(6, 1.0)));
  CHECK(history.merge(other) == 3);
  CHECK(history.merge(other) == 0);
  CHECK(other.add(night(4, 9.0, "another machine")));
  CHECK(history.merge(other) == 1);
  const auto entries = history.entries("machine", "suite");
  CHECK(entries.size() == 9);
  const auto changes = history_changes(entries);
  REQUIRE(changes.size() == 1);
  CHECK(changes[0].last_good == "commit6");
  CHECK(changes[0].first_bad == "commit7");
  CHECK(changes[0].before == 1.0);
  CHECK(changes[0].after == 1.2);
  CHECK(history.series().size() == 2);
  refuses(work.path() / "history.sqlite", "UPDATE metrics SET value = 0");
  refuses(work.path() / "history.sqlite", "DELETE FROM entries");
}

TEST_CASE("history add and show tell a run's metrics") {
  const Workspace work(tiny_suite(2));
  CHECK(work.run({"history", "show"}).exit_code == 2);
  REQUIRE(work.run({"run", "tiny.yaml", "--quiet", "--no-report"}).exit_code == 0);
  CHECK_THAT(work.run({"history", "add", "runs/tiny"}).out, Catch::Contains("added"));
  CHECK_THAT(work.run({"history", "add", "runs/tiny"}).out, Catch::Contains("holds already"));
  const Ending shown = work.run({"history", "show", "--out", "trends"});
  CAPTURE(shown.out, shown.err);
  CHECK(shown.exit_code == 0);
  CHECK_THAT(shown.out, Catch::Contains("quadratics / quadratic / sgd, horizon 10: final loss") &&
                            Catch::Contains("None that lasted"));
  CHECK(fs::exists(work.path() / "trends/tiny/final-loss.svg"));
  CHECK(work.run({"history", "show", "--machine", "0123"}).exit_code == 4);
  CHECK_THAT(work.run({"history", "merge", "runs/history.sqlite", "--file", "copy.sqlite"}).out,
             Catch::Contains("1 nights added"));
}

}  // namespace
}  // namespace l2l::test
