#include <csignal>
#include <filesystem>
#include <set>

#include <catch2/catch.hpp>

#include "core/random.hpp"
#include "harness/store.hpp"
#include "tests/integration/program.hpp"

namespace l2l::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// Long enough for several kills, short enough for every day.
constexpr int kEpochs = 1500;

const std::vector<std::string> kRun = {"run",        "tiny.yaml",   "--run", "killed",
                                       "--no-reuse", "--no-report", "--json"};

std::map<std::string, std::string> uninterrupted(const Workspace& work) {
  REQUIRE(
      work.run({"run", "tiny.yaml", "--run", "whole", "--no-reuse", "--no-report", "--quiet"}).exit_code ==
      0);
  return digests(work.path() / "whole");
}

bool trains(const json& event) {
  return event["event"] == "job_progress" && event["kind"] == "meta_train" && event["fraction"] > 0.0;
}

TEST_CASE("killed three times and resumed, a run ends in the same bits") {
  const Workspace work(tiny_suite(kEpochs));
  const fs::path store = work.path() / "killed/store.sqlite";
  const auto expected = uninterrupted(work);
  const RandomStream chance(GENERATE(1U, 2U));
  std::map<std::string, std::string> promised;
  double trained = 0;
  for (std::uint64_t kill = 0; kill < 3; ++kill) {
    Program program(kRun, work.path());
    std::uint64_t more = chance.below(kill, 3);
    const auto moment = program.event([&](const json& event) {
      if (event["event"] == "job_finished") promised[event["key"]] = event["digest"];
      return trains(event) && more-- == 0;
    });
    REQUIRE(moment);
    program.send(SIGKILL);
    const Ending ending = program.wait();
    CHECK(ending.signal == SIGKILL);
    // What was reported as finished is there, whatever happened afterwards.
    const auto stored = digests(work.path() / "killed");
    CHECK(stored.size() < expected.size());
    for (const auto& [key, digest] : promised) {
      REQUIRE(stored.contains(key));
      CHECK(stored.at(key) == digest);
    }
    CHECK(Store(store, StoreMode::read).checkpoint((*moment)["key"]).has_value() !=
          stored.contains((*moment)["key"]));
    trained = std::max(trained, (*moment)["fraction"].get<double>());
  }
  CHECK(trained > 0);

  Program last(kRun, work.path());
  // The interrupted training goes on where it was, not from the beginning.
  std::set<std::string> started;
  double first_fraction = 1;
  last.event([&](const json& event) {
    if (trains(event) && started.insert(event["key"]).second)
      first_fraction = std::min(first_fraction, event["fraction"].get<double>());
    return false;
  });
  CHECK(last.wait().exit_code == 0);
  CHECK(first_fraction > 0);
  CHECK(digests(work.path() / "killed") == expected);
}

TEST_CASE("Ctrl-C saves the state, says how to resume, and the resumed run ends in the same bits") {
  const Workspace work(tiny_suite(kEpochs));
  const auto expected = uninterrupted(work);
  const int signal = GENERATE(SIGINT, SIGTERM);
  std::vector<std::string> arguments = kRun;
  Program program(arguments, work.path());
  REQUIRE(program.event(trains));
  program.send(signal);
  const auto last = program.event([](const json& event) { return event["event"] == "run_finished"; });
  const Ending ending = program.wait();
  CHECK(ending.exit_code == 130);
  REQUIRE(last);
  CHECK((*last)["exit_code"] == 130);
  CHECK((*last)["unfinished"].get<int>() > 0);
  CHECK((*last)["failed"] == 0);
  const json status = json::parse(work.run({"status", "killed", "--json"}).out);
  CHECK(status["total"]["checkpoints"].get<int>() >= 1);
  CHECK(status["failures"].empty());

  arguments.pop_back();  // for people this time
  const Ending resumed = work.run(arguments);
  CHECK(resumed.exit_code == 0);
  CHECK(digests(work.path() / "killed") == expected);
}

TEST_CASE("the message of an interrupted run names the command that resumes it") {
  const Workspace work(tiny_suite(kEpochs));
  Program program({"run", "tiny.yaml", "--no-reuse", "--no-report", "--threads", "1"}, work.path());
  // Without events, the store tells when it is under way.
  for (int i = 0; i < 2000 && !fs::exists(work.path() / "runs/tiny/weights"); ++i) ::usleep(10'000);
  program.send(SIGINT);
  const Ending ending = program.wait();
  CAPTURE(ending.err);
  CHECK(ending.exit_code == 130);
  CHECK_THAT(ending.err, Catch::Contains("resume: l2lbench run tiny.yaml"));
}

TEST_CASE("a second process on the same run is refused, a reader is not") {
  const Workspace work(tiny_suite(kEpochs));
  Program first(kRun, work.path());
  REQUIRE(first.event(trains));
  const Ending second = work.run(kRun);
  CHECK(second.exit_code == 2);
  CHECK_THAT(second.err, Catch::Contains("another l2lbench is writing to this run (process"));
  const json status = json::parse(work.run({"status", "killed", "--json"}).out);
  CHECK(status["writer"].is_string());
  first.send(SIGINT);
  CHECK(first.wait().exit_code == 130);
  CHECK(json::parse(work.run({"status", "killed", "--json"}).out)["writer"].is_null());
}

}  // namespace
}  // namespace l2l::test
