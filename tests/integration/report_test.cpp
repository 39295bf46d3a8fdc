// What run and report leave behind and what they say, as far as they are told to.
#include <filesystem>

#include <catch2/catch.hpp>

#include "core/files.hpp"
#include "tests/integration/program.hpp"

using namespace l2l::test;
namespace fs = std::filesystem;
using l2l::read_file;
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

TEST_CASE("runs side by side: where the page goes, what it says, and what cannot be compared") {
  const Workspace work(tiny_suite(2));
  REQUIRE(work.run({"run", "tiny.yaml", "--quiet", "--no-report"}).exit_code == 0);
  fs::copy(work.path() / "runs/tiny", work.path() / "runs/again", fs::copy_options::recursive);
  const Ending both = work.run({"report", "runs/tiny", "runs/again/"});
  CAPTURE(both.out, both.err);
  CHECK(both.exit_code == 0);
  const fs::path folder = work.path() / "runs/comparison-tiny-again";
  CHECK_THAT(both.out, Catch::Contains("runs/comparison-tiny-again/comparison.md"));
  CHECK_THAT(read_file(folder / "comparison.md"), Catch::Contains("same bits"));
  CHECK(fs::exists(folder / "comparison.html"));
  const Ending twice = work.run({"report", "runs/tiny", "runs/tiny/"});
  CHECK(twice.exit_code == 2);
  CHECK_THAT(twice.err, Catch::Contains("given twice"));
  tamper(work.path() / "runs/again/store.sqlite", "DELETE FROM results WHERE kind = 'evaluate'");
  const Ending nothing = work.run({"report", "runs/tiny", "runs/again", "--out", "there"});
  CHECK(nothing.exit_code == 2);
  CHECK_THAT(nothing.err, Catch::Contains("share no experiment"));
  CHECK_FALSE(fs::exists(work.path() / "there"));
}

TEST_CASE("a report has what a step of every optimizer costs, over which figures may be drawn") {
  std::string suite = tiny_suite(2);
  suite.insert(suite.find("claims:"),
               "  - {name: in-time, kind: curves, experiments: [quadratics], x: seconds}\n");
  const Workspace work(suite);
  REQUIRE(work.run({"run", "tiny.yaml", "--quiet"}).exit_code == 0);
  const fs::path folder = work.path() / "runs/tiny/report";
  const json report = json::parse(read_file(folder / "report.json"));
  const json& experiment = report["experiments"][0];
  for (const json& curve : experiment["curves"]) {
    CHECK(curve["step_cost"]["gradients"] == 1.0);
    CHECK(curve["step_cost"]["flop"] > 0.0);
    CHECK(curve["step_cost"]["seconds"] > 0.0);
  }
  const auto flop = [&](int i) { return experiment["curves"][i]["step_cost"]["flop"].get<double>(); };
  CHECK(flop(0) > flop(2));  // the LSTM, ADAM, SGD
  CHECK(flop(2) > flop(1));
  CHECK(experiment["equal_cost"].size() == 4);  // two baselines by FLOP and by time
  CHECK(fs::exists(folder / "figures/in-time.svg"));
  CHECK_THAT(read_file(folder / "report.md"), Catch::Contains("## Cost of a step"));
  for (const char* name : {"step_cost.csv", "equal_cost.csv"}) CHECK(fs::file_size(folder / name) > 100);
}

TEST_CASE("the keys of a report are those of the store, and verify takes them") {
  const Workspace work(tiny_suite(2));
  REQUIRE(work.run({"run", "tiny.yaml", "--quiet"}).exit_code == 0);
  const json report = json::parse(read_file(work.path() / "runs/tiny/report/report.json"));
  const auto stored = digests(work.path() / "runs/tiny");
  std::size_t keys = 0;
  for (const json& curve : report["experiments"][0]["curves"]) {
    for (const json& job : curve["jobs"]) {
      CHECK(stored.count(job["key"].get<std::string>()) == 1);
      ++keys;
    }
  }
  CHECK(keys == 3 + 3 * 2);  // a phi or a tuning each, and two blocks of seeds
  const std::string key = report["experiments"][0]["curves"][1]["jobs"][1]["key"];
  const Ending one = work.run({"verify", "runs/tiny", "--job", key.substr(0, 16)});
  CAPTURE(one.out, one.err);
  CHECK(one.exit_code == 0);
  CHECK_THAT(one.out, Catch::Contains("1 of 1 jobs verified: 1 equal"));
  CHECK(work.run({"verify", "runs/tiny", "--job", "nokey"}).exit_code == 2);
  CHECK_THAT(work.run({"verify", "runs/tiny", "--job", ""}).err, Catch::Contains("keys begin like that"));
  CHECK(fs::exists(work.path() / "runs/tiny/report/report.html"));
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
