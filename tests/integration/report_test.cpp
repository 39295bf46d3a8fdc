// What run and report leave behind and what they say, as far as they are told to.
#include <filesystem>

#include <catch2/catch.hpp>

#include "tests/integration/program.hpp"

using namespace l2l::test;
namespace fs = std::filesystem;
using nlohmann::json;

TEST_CASE("a quiet run says nothing, and a report that is gone is written again") {
  const Workspace work(tiny_suite(2));
  const fs::path report = work.path() / "runs/tiny/report/report.md";
  for (int again = 0; again < 3; ++again) {
    const Ending ending = work.run({"run", "tiny.yaml", "--quiet"});
    CHECK(ending.exit_code == 0);
    CHECK(ending.out.empty());
    CHECK(ending.err.empty());
    CHECK(fs::exists(report));
    if (again == 0) fs::remove(report);
  }
}

TEST_CASE("report writes what it is asked for where it is asked to") {
  const Workspace work(tiny_suite(2));
  REQUIRE(work.run({"run", "tiny.yaml", "--quiet", "--no-report"}).exit_code == 0);
  const Ending whole = work.run({"report", "tiny.yaml"});  // a suite stands for its run
  CHECK(whole.exit_code == 0);
  CHECK_THAT(whole.out, Catch::Contains("runs/tiny/report/report.md"));
  CHECK_THAT(whole.out, !Catch::Contains("note: "));
  CHECK(fs::exists(work.path() / "runs/tiny/report/trajectories.csv"));
  CHECK(fs::exists(work.path() / "runs/tiny/report/figures"));

  const Ending part =
      work.run({"report", "runs/tiny/", "--out", "there", "--no-figures", "--no-trajectories"});
  CHECK(part.exit_code == 0);
  CHECK(fs::exists(work.path() / "there/report.md"));
  CHECK(fs::exists(work.path() / "there/summary.csv"));
  CHECK_FALSE(fs::exists(work.path() / "there/trajectories.csv"));
  CHECK_FALSE(fs::exists(work.path() / "there/figures"));

  tamper(work.path() / "runs/tiny/store.sqlite", "DELETE FROM results WHERE kind = 'evaluate'");
  const Ending unfinished = work.run({"report", "runs/tiny", "--no-figures"});
  CHECK(unfinished.exit_code == 0);
  CHECK_THAT(unfinished.out, Catch::Contains("note: This run is not finished: 6 of 14 jobs"));
}

TEST_CASE("with --json there is nothing but events, also where nothing is to do") {
  const Workspace work(tiny_suite(2));
  for (const int finished : {14, 0}) {
    Program program({"run", "tiny.yaml", "--json"}, work.path());
    std::vector<json> events;
    while (const auto line = program.line()) events.push_back(json::parse(*line));
    CHECK(program.wait().exit_code == 0);
    REQUIRE(events.size() >= 2);
    CHECK(events.front()["event"] == "plan");
    CHECK(events.front()["missing"] == finished);
    CHECK(events.back()["event"] == "run_finished");
    CHECK(events.back()["finished"] == finished);
    CHECK(events.back()["total"] == 14);
  }
}
