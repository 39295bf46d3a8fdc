#include <csignal>
#include <filesystem>

#include <fmt/format.h>
#include <unistd.h>
#include <catch2/catch.hpp>

#include "core/parallel.hpp"
#include "core/random.hpp"
#include "harness/store/store.hpp"
#include "tests/integration/program.hpp"

namespace l2l::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const std::vector<std::string> kRun = {"run",        "tiny.yaml",   "--run", "killed",
                                       "--no-reuse", "--no-report", "--json"};

/// A long training has two epochs behind it: it has a checkpoint.
bool trains(const json& event) {
  return event["event"] == "job_progress" && event["fraction"] > 2.5 / kLongEpochs &&
         event["text"].get<std::string>().find(fmt::format("/{}", kLongEpochs)) != std::string::npos;
}

TEST_CASE("killed three times and resumed, a run ends in the same bits") {
  const Workspace work(tiny_suite(kLongEpochs, kLongHorizons));
  const fs::path run = work.path() / "killed";
  const auto expected = digests_of_one_run(work);
  const RandomStream chance(seed_from("moments to kill at"));
  std::map<std::string, std::string> promised;
  std::string training;
  double trained = 0;
  for (std::uint64_t kill = 0; kill < 3; ++kill) {
    Program program(kRun, work.path());
    std::uint64_t more = chance.below(kill, 2);
    const auto moment = program.event([&](const json& event) {
      if (event["event"] == "job_finished") promised[event["key"]] = event["digest"];
      // The first time at any moment, then in the middle of a long training.
      return (kill == 0 ? event["event"] == "job_progress" : trains(event)) && more-- == 0;
    });
    REQUIRE(moment);
    program.send(SIGKILL);
    CHECK(program.wait().signal == SIGKILL);
    // What was reported as finished is there, and so are the finished epochs.
    const auto stored = digests(run);
    CHECK(stored.size() < expected.size());
    for (const auto& [key, digest] : promised) {
      REQUIRE(stored.contains(key));
      CHECK(stored.at(key) == digest);
    }
    if (kill == 0) continue;
    training = (*moment)["key"];
    trained = (*moment)["fraction"];
    CHECK(Store(run / "store.sqlite", StoreMode::read).checkpoint(training).has_value());
  }

  Program last(kRun, work.path());
  const auto resumed = last.event([&](const json& event) {
    return event.value("key", "") == training &&
           (event["event"] == "job_finished" || event["event"] == "job_progress");
  });
  REQUIRE(resumed);
  // It goes on in the epoch it was killed in, or the one after.
  if ((*resumed)["event"] == "job_progress") CHECK((*resumed)["fraction"] > trained - 1.5 / kLongEpochs);
  CHECK(last.wait().exit_code == 0);
  CHECK(digests(run) == expected);
}

TEST_CASE("Ctrl-C saves the state, says how to resume, and the resumed run ends in the same bits") {
  const Workspace work(tiny_suite(kLongEpochs, kLongHorizons));
  const auto expected = digests_of_one_run(work);
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
  const Workspace work(tiny_suite(kLongEpochs, kLongHorizons));
  const std::string threads = std::to_string(hardware_threads() + 1);
  Program program(
      {"run", "tiny.yaml", "--fail-fast", "--no-reuse", "--no-report", "--max-memory", "4G",
       "--timeout-per-job", "1h", "--leave-within", "90s", "--run", "there", "--threads", threads},
      work.path());
  // Without events, the store tells when it is under way.
  for (int i = 0; i < 2000 && !fs::exists(work.path() / "there/weights"); ++i) ::usleep(10'000);
  program.send(SIGINT);
  const Ending ending = program.wait();
  CAPTURE(ending.err);
  CHECK(ending.exit_code == 130);
  CHECK_THAT(
      ending.err,
      Catch::Contains("resume: l2lbench run tiny.yaml --run there --threads " + threads +
                      " --max-memory 4G --timeout-per-job 1h --leave-within 90s --fail-fast --no-reuse "
                      "--no-report\n"));
}

TEST_CASE("a second signal ends the run at once") {
  const Workspace work(tiny_suite(kLongEpochs, kLongHorizons));
  Program program(kRun, work.path());
  REQUIRE(program.event(trains));
  program.send(
      SIGSTOP);  // so that both are there when it goes on, however late this process sends the second
  program.send(SIGINT);
  program.send(SIGTERM);
  program.send(SIGCONT);
  const Ending ending = program.wait();
  CHECK(ending.exit_code == 130);
  CHECK_THAT(ending.err, Catch::Contains("ended at once"));
#if !defined(__SANITIZE_THREAD__)
  // ThreadSanitizer holds a signal back until its thread makes a call that it intercepts; an idle thread of
  // oneTBB, which is not instrumented, may make its next one when the run is over.
  CHECK_THAT(ending.out, !Catch::Contains("run_finished"));
#endif
}

TEST_CASE("a closed terminal interrupts a run, but not one that nohup has started") {
  const Workspace work(tiny_suite(kLongEpochs, kLongHorizons));
  const bool nohup = GENERATE(false, true);
  const auto before = std::signal(SIGHUP, nohup ? SIG_IGN : SIG_DFL);
  Program program({"run", "tiny.yaml", "--run", "run", "--no-reuse", "--json"}, work.path());
  std::signal(SIGHUP, before);
  REQUIRE(program.event([](const json& event) { return event["event"] == "job_progress"; }));
  program.send(SIGHUP);
  CHECK(program.wait().exit_code == (nohup ? 0 : 130));
  CHECK(fs::exists(work.path() / "run/report") == nohup);
}

TEST_CASE("a second process on the same run is refused, a reader is not") {
  const Workspace work(tiny_suite(kLongEpochs, kLongHorizons));
  Program first(kRun, work.path());
  REQUIRE(first.event(trains));
  const Ending second = work.run(kRun);
  CHECK(second.exit_code == 2);
  CHECK_THAT(second.err, Catch::Contains("another l2lbench is writing to this run (process"));
  const json status = json::parse(work.run({"status", "killed", "--json"}).out);
  CHECK(status["writer"].is_string());
  CHECK_THAT(work.run({"status", "killed"}).out,
             Catch::Contains("being written by process") && !Catch::Contains("resume:"));
  first.send(SIGINT);
  CHECK(first.wait().exit_code == 130);
  CHECK(json::parse(work.run({"status", "killed", "--json"}).out)["writer"].is_null());
}

}  // namespace
}  // namespace l2l::test
