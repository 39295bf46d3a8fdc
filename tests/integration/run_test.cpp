#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include <catch2/catch.hpp>

#include "harness/phi/phi_file.hpp"
#include "optimizers/kernels/isa.hpp"
#include "tests/integration/program.hpp"
#include "tests/support/environment.hpp"

namespace l2l::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

json manifest_of(const fs::path& run) {
  return json::parse(std::ifstream(run / "manifest.json"));
}

TEST_CASE("a suite runs from end to end") {
  const Workspace work(tiny_suite(3));
  const fs::path run = work.path() / "runs/tiny";
  const Ending ending = work.run({"run", "tiny.yaml", "--threads", "2"});
  CAPTURE(ending.out, ending.err);
  REQUIRE(ending.exit_code == 0);
  CHECK_THAT(ending.out, Catch::Contains("report.md"));
  CHECK(digests(run).size() == 14);

  CHECK(fs::file_size(run / "report/report.md") > 0);
  CHECK(fs::exists(run / "suite.yaml"));
  std::size_t weights = 0;
  for (const auto& entry : fs::directory_iterator(run / "weights")) {
    ++weights;
    CHECK(read_phi_file(entry.path()).provenance.contains("training"));
  }
  CHECK(weights >= 1);  // the search and the final training may well choose the same phi

  std::size_t logged = 0;
  for (const auto& entry : fs::directory_iterator(run / "logs")) {
    std::ifstream log(entry.path());
    for (std::string line; std::getline(log, line);) logged += json::parse(line)["event"] == "job_finished";
  }
  CHECK(logged == 14);

  const json manifest = manifest_of(run);
  for (const char* path : {"/suite/resolved", "/program/revision", "/program/compiler", "/machine/cpu",
                           "/machine/instruction_set", "/machine/blas_core", "/libraries/SQLite", "/datasets",
                           "/invocations/0/started", "/invocations/0/exit_code", "/compute_seconds"}) {
    CAPTURE(path);
    CHECK(manifest.contains(json::json_pointer(path)));
  }

  const Ending status = work.run({"status", "runs/tiny", "--json"});
  CHECK(status.exit_code == 0);
  CHECK(json::parse(status.out)["total"]["done"] == 14);
  CHECK_THAT(work.run({"status", "runs/tiny"}).out, Catch::Contains("complete"));
}

TEST_CASE("a finished suite is left alone") {
  const Workspace work(tiny_suite(2));
  const fs::path run = work.path() / "runs/tiny";
  REQUIRE(work.run({"run", "tiny.yaml", "--no-report"}).exit_code == 0);
  const auto before = digests(run);
  const json manifest = manifest_of(run);
  const Ending again = work.run({"run", "tiny.yaml", "--no-report"});
  CHECK(again.exit_code == 0);
  CHECK_THAT(again.out, Catch::Contains("nothing to do"));
  CHECK(digests(run) == before);
  CHECK(manifest_of(run) == manifest);

  // Another question about the same jobs is answered from the store.
  std::string other = tiny_suite(2);
  other.replace(other.find("lstm-first"), 10, "lstm-wins!");
  work.write("tiny.yaml", other.replace(other.find("lstm-wins!"), 10, "lstm-wins"));
  CHECK(work.run({"run", "tiny.yaml", "--no-report"}).exit_code == 0);
  CHECK(manifest_of(run)["invocations"].back()["finished"] == 0);
}

TEST_CASE("the number of threads does not change a bit") {
  const Workspace work(tiny_suite(3));
  for (const std::string threads : {"1", "2", "3"}) {
    REQUIRE(work.run({"run", "tiny.yaml", "--run", threads, "--threads", threads, "--no-reuse", "--no-report",
                      "--quiet"})
                .exit_code == 0);
    CHECK(digests(work.path() / threads) == digests(work.path() / "1"));
  }
}

TEST_CASE("results of neighbouring runs are taken over, unless told otherwise") {
  const Workspace work(tiny_suite(2));
  const auto planned = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"run", "tiny.yaml", "--json", "--no-report"});
    Program program(arguments, work.path());
    const auto plan = program.event([](const json& event) { return event["event"] == "plan"; });
    CHECK(program.wait().exit_code == 0);
    REQUIRE(plan);
    return *plan;
  };
  CHECK(planned({"--run", "runs/a"})["missing"] == 14);
  fs::create_directory(work.path() / "runs/0");  // a neighbour that cannot be read is left alone
  std::ofstream(work.path() / "runs/0/store.sqlite") << std::string(5000, 'x');
  const json taken = planned({"--run", "runs/b"});
  CHECK(taken["reused"] == 14);
  CHECK(taken["missing"] == 0);
  const json anew = planned({"--run", "runs/c", "--no-reuse"});
  CHECK(anew["reused"] == 0);
  CHECK(anew["missing"] == 14);
  CHECK(digests(work.path() / "runs/b") == digests(work.path() / "runs/a"));
  const auto weights = [&](const char* run) {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(work.path() / run / "weights"))
      names.insert(entry.path().filename());
    return names;
  };
  CHECK_FALSE(weights("runs/a").empty());
  CHECK(weights("runs/b") == weights("runs/a"));
  CHECK(digests(work.path() / "runs/c") == digests(work.path() / "runs/a"));
}

TEST_CASE("neighbouring runs of other versions are named once") {
  const Workspace work(tiny_suite(2));
  REQUIRE(work.run({"run", "tiny.yaml", "--run", "runs/old", "--quiet", "--no-report"}).exit_code == 0);
  fs::copy(work.path() / "runs/old", work.path() / "runs/newer", fs::copy_options::recursive);
  tamper(work.path() / "runs/old/store.sqlite", "UPDATE results SET seconds = 0; PRAGMA user_version = 1");
  tamper(work.path() / "runs/newer/store.sqlite", "UPDATE results SET seconds = 0; PRAGMA user_version = 99");
  const std::string line =
      "nothing is taken over from newer, old: stores of another version than this program's\n";
  const auto times = [&](const std::string& text) {
    int count = 0;
    for (auto at = text.find(line); at != std::string::npos; at = text.find(line, at + 1)) ++count;
    return count;
  };
  CHECK(times(work.run({"plan", "tiny.yaml", "--run", "runs/here"}).out) == 1);
  CHECK(times(work.run({"merge", "tiny.yaml", "--run", "runs/merged"}).out) == 1);
  std::vector<std::string> run = {"run", "tiny.yaml", "--run", "runs/here", "--no-report"};
  CHECK(times(work.run(run).err) == 1);
  run.emplace_back("--no-reuse");
  fs::remove_all(work.path() / "runs/here");
  CHECK(times(work.run(run).err) == 0);
}

TEST_CASE("the event stream tells of every job") {
  const Workspace work(tiny_suite(2));
  Program program({"run", "tiny.yaml", "--json", "--no-report"}, work.path());
  std::map<std::string, std::string> finished;
  std::map<std::string, int> counts;
  const auto last = program.event([&](const json& event) {
    ++counts[event["event"]];
    if (event["event"] == "job_finished") finished[event["key"]] = event["digest"];
    return event["event"] == "run_finished";
  });
  REQUIRE(last);
  CHECK((*last)["exit_code"] == 0);
  CHECK((*last)["finished"] == 14);
  CHECK(counts["plan"] == 1);
  CHECK(counts["job_started"] == 14);
  CHECK(finished == digests(work.path() / "runs/tiny"));
}

TEST_CASE("as many jobs run at once as there are threads to use") {
  const Workspace work(tiny_suite(40, 20));
  const auto most_at_once = [&](const std::string& threads) {
    Program program(
        {"run", "tiny.yaml", "--run", threads, "--threads", threads, "--json", "--no-report", "--no-reuse"},
        work.path());
    int running = 0, most = 0;
    program.event([&](const json& event) {
      running += event["event"] == "job_started";
      running -= event["event"] == "job_finished";
      most = std::max(most, running);
      return false;
    });
    CHECK(program.wait().exit_code == 0);
    return most;
  };
  CHECK(most_at_once("1") == 1);
  CHECK(most_at_once("2") == 2);
}

TEST_CASE("no job runs that does not fit into the memory it may use") {
  const Workspace work(tiny_suite(2));
  const Ending ending = work.run({"run", "tiny.yaml", "--no-report", "--max-memory", "1"});
  CHECK(ending.exit_code == 3);
  CHECK_THAT(ending.err, Catch::Contains("hint: raise --max-memory"));
  CHECK(digests(work.path() / "runs/tiny").empty());
}

TEST_CASE("jobs that fail are told, kept in mind, and tried again") {
  const Workspace work(tiny_suite(100'000));  // far more than the time allows
  const fs::path run = work.path() / "runs/tiny";
  const std::vector<std::string> arguments = {"run", "tiny.yaml", "--no-report", "--timeout-per-job", "3s"};
  const Ending ending = work.run(arguments);
  CAPTURE(ending.out, ending.err);
  CHECK(ending.exit_code == 3);
  CHECK_THAT(ending.err, Catch::Contains("--timeout-per-job") && Catch::Contains("l2lbench status"));
  const json status = json::parse(work.run({"status", "runs/tiny", "--json"}).out);
  CHECK(status["kinds"]["meta_train"]["failed"] == 2);
  CHECK(status["kinds"]["evaluate"]["done"] == 4);
  CHECK(status["failures"].size() == 2);
  CHECK(status["total"]["missing"] == 3);  // the selection and the two evaluations that wait for them
  CHECK_THAT(work.run({"status", "runs/tiny"}).out,
             Catch::Contains("failed: meta-train lstm") &&
                 Catch::Contains("resume: l2lbench run runs/tiny/suite.yaml --run runs/tiny\n"));

  Program fast({"run", "tiny.yaml", "--no-report", "--threads", "1", "--timeout-per-job", "0.01",
                "--fail-fast", "--json"},
               work.path());
  const auto last = fast.event([](const json& event) { return event["event"] == "run_finished"; });
  REQUIRE(last);
  CHECK((*last)["exit_code"] == 3);
  CHECK((*last)["failed"] == 1);
  CHECK((*last)["unfinished"] == 1);  // the other training
}

TEST_CASE("what is wrong with the command line or the suite ends with 2 and says where") {
  const Workspace work(tiny_suite(2));
  std::string bad = tiny_suite(2);
  bad.replace(bad.find("hidden: 4"), 9, "hiden: 4 ");
  work.write("bad.yaml", bad);
  work.write("other.yaml", "name: other" + tiny_suite(2).substr(10));
  REQUIRE(work.run({"run", "tiny.yaml", "--no-report", "--quiet"}).exit_code == 0);
  fs::create_directory(work.path() / "mine");
  std::ofstream(work.path() / "mine/letter.txt") << "dear";

  using Words = std::vector<std::string>;
  const auto [arguments, said] = GENERATE(table<Words, std::string>({
      {{"run", "bad.yaml"}, "bad.yaml:"},
      {{"run", "absent.yaml"}, "absent.yaml"},
      {{"rnu", "tiny.yaml"}, "did you mean 'run'?"},
      {{"run", "tiny.yaml", "--thread", "2"}, "did you mean '--threads'?"},
      {{"run", "tiny.yaml", "--run", "--quiet"}, "a value is missing before --quiet"},
      {{"run", "/dev/zero"}, "it is no suite"},
      {{"run", "tiny.yaml", "--threads", "0"}, "--threads"},
      {{"run", "tiny.yaml", "--max-memory", "lots"}, "no amount of memory"},
      {{"run", "tiny.yaml", "--timeout-per-job", "soon"}, "no duration"},
      {{"run", "tiny.yaml", "--run", "mine"}, "not a run directory"},
      {{"run", "other.yaml", "--run", "runs/tiny"}, "holds a run of the suite 'tiny'"},
      {{"run"}, "suite"},
      {Words(), "--help"},
      {{"status", "nowhere"}, "no such run directory"},
      {{"verify", "mine"}, "is not a run directory"},
      {{"verify", "runs/tiny", "--all", "--sample", "3"}, "--all"},
  }));
  CAPTURE(arguments);
  const Ending ending = work.run(arguments);
  CHECK(ending.exit_code == 2);
  CHECK_THAT(ending.err, Catch::Contains(said));
}

TEST_CASE("L2LBENCH_ISA chooses the instruction set, and manifest and report tell it") {
  const Workspace work(tiny_suite(2));
  const fs::path run = work.path() / "runs/tiny";
  const std::vector<std::string> levels = available_isas();
  const std::string first = levels.front(), other = levels[std::min<std::size_t>(1, levels.size() - 1)];
  const auto run_on = [&](const std::string& isa, const std::vector<std::string>& words) {
    const ScopedEnvironment level("L2LBENCH_ISA", isa.c_str());
    return work.run(words);
  };
  REQUIRE(run_on(other, {"run", "tiny.yaml", "--quiet"}).exit_code == 0);
  CHECK(manifest_of(run)["machine"]["instruction_set"] == other);
  const auto page = [&] {
    std::ifstream file(run / "report/report.md");
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  CHECK_THAT(page(), Catch::Contains(", " + other + ","));
  const auto before = digests(run);

  // Another level finds the same bits, and the report of a run on two levels names both.
  CHECK(run_on(first, {"verify", "runs/tiny", "--all"}).exit_code == 0);
  std::string longer = tiny_suite(2);
  longer.replace(longer.find("count: 8"), 8, "count: 12");
  work.write("tiny.yaml", longer);
  REQUIRE(run_on(first, {"run", "tiny.yaml", "--quiet"}).exit_code == 0);
  CHECK(manifest_of(run)["invocations"].back()["instruction_set"] == first);
  if (first != other) CHECK_THAT(page(), Catch::Contains(", " + other + " and " + first + ","));
}

TEST_CASE("an instruction set that the CPU lacks is refused before anything is computed") {
  const Workspace work(tiny_suite(2));
  REQUIRE(work.run({"run", "tiny.yaml", "--no-report", "--quiet"}).exit_code == 0);
  const ScopedEnvironment level("L2LBENCH_ISA", "avx9");
  using Words = std::vector<std::string>;
  for (const Words& words :
       {Words{"run", "tiny.yaml", "--run", "runs/new", "--no-reuse"}, Words{"verify", "runs/tiny", "--all"},
        Words{"conformance", source("tests/golden/vectors")}}) {
    const Ending ending = work.run(words);
    CAPTURE(words, ending.out, ending.err);
    CHECK(ending.exit_code == 2);
    CHECK_THAT(ending.err, Catch::Contains("L2LBENCH_ISA asks for the instruction set 'avx9', which this "
                                           "machine does not have"));
    CHECK_THAT(ending.err, Catch::Contains("it has: " + available_isas().front()));
  }
}

TEST_CASE("help and version") {
  const Workspace work(tiny_suite(2));
  const Ending help = work.run({"--help"});
  CHECK(help.exit_code == 0);
  for (const char* command :
       {"run", "plan", "status", "report", "verify", "datasets", "schema", "conformance"}) {
    CHECK_THAT(help.out, Catch::Contains(command));
  }
  const Ending version = work.run({"--version"});
  CHECK(version.exit_code == 0);
  CHECK_THAT(version.out, Catch::StartsWith("l2lbench "));
}

}  // namespace
}  // namespace l2l::test
