// The gate against real losses of quality and real slowdowns, and what it says where nothing changed.
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "tests/integration/program.hpp"

namespace l2l::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// An LSTM optimizer that sees log and sign of the gradient, beside a baseline that no fault of the LSTM
/// touches.
std::string gated_suite(const std::string& preprocessing = "p: 1", int epochs = 6) {
  return fmt::format(R"(name: tiny
optimizees:
  quadratic: {{kind: quadratic, dimension: 10, distribution: gaussian}}
optimizers:
  lstm: {{kind: learned, hidden: 10, preprocessing: log-and-sign, {}, output_scale: 0.1,
    meta_training: {{optimizee: quadratic, horizon: 40, instances: 32, epochs: {}, horizons_per_epoch: 20,
                    learning_rate: 0.01, validation_instances: 64}}}}
  adam: {{kind: adam, tune: {{low: 1.0e-3, high: 1, points: 5, instances: 16}}}}
experiments:
  - {{name: quadratics, optimizees: [quadratic], optimizers: [lstm, adam], horizon: 40, seeds: {{count: 64, per_job: 32}}}}
)",
                     preprocessing, epochs);
}

Ending run(const Workspace& work, const std::string& suite, const std::string& directory,
           const char* program = kProgram) {
  const Ending ending = run_program(
      {"run", suite, "--run", directory, "--quiet", "--no-reuse", "--no-report"}, work.path(), program);
  REQUIRE(ending.exit_code == 0);
  return ending;
}

json gate(const Workspace& work, const std::string& baseline, const std::string& candidate, int exit_code) {
  const Ending ending =
      work.run({"gate", "--baseline", baseline, "--candidate", candidate, "--format", "json"});
  CAPTURE(ending.out, ending.err);
  CHECK(ending.exit_code == exit_code);
  json page = json::parse(ending.out);
  CHECK(page["exit_code"] == exit_code);
  return page;
}

/// Metrics of the LSTM in regression; fails where anything of the baseline is.
std::vector<std::string> regressions_of_lstm(const json& page) {
  std::vector<std::string> metrics;
  for (const json& check : page["checks"]) {
    if (check["status"] != "regression") continue;
    CHECK_THAT(check["subject"].get<std::string>(), Catch::Contains("/ lstm,"));
    metrics.push_back(check["metric"]);
  }
  return metrics;
}

TEST_CASE("the gate lets a rebuild of the same source pass, and finds a wrong sign in a gate's gradient") {
  const Workspace work(gated_suite());
  run(work, "tiny.yaml", "good");
  run(work, "tiny.yaml", "rebuilt", L2L_REBUILT_BINARY);
  CHECK(gate(work, "good", "rebuilt", 0)["changed"] == "nothing");

  REQUIRE(work.run({"gate", "--write-baseline", "baseline.json", "good"}).exit_code == 0);
  run(work, "tiny.yaml", "planted", L2L_PLANTED_BINARY);
  for (const char* baseline : {"good", "baseline.json"}) {
    const json page = gate(work, baseline, "planted", 1);
    CHECK(page["verdict"] == "regression");
    CHECK(page["changed"] == "conclusions");
    CHECK_FALSE(regressions_of_lstm(page).empty());
    CHECK_THAT(page["notes"].dump(),
               Catch::Contains("1 of 2 cells have other bits: 2 jobs under the same key"));
  }
}

TEST_CASE("the gate finds a changed p and a stale phi") {
  const Workspace work(gated_suite());
  run(work, "tiny.yaml", "good");
  work.write("p.yaml", gated_suite("p: 10"));
  run(work, "p.yaml", "p");
  const json changed = gate(work, "good", "p", 1);
  CHECK_FALSE(regressions_of_lstm(changed).empty());
  CHECK_THAT(changed["notes"].dump(), Catch::Contains("2 under another"));

  work.write("early.yaml", gated_suite("p: 1", 1));
  run(work, "early.yaml", "early");
  std::string stale = gated_suite();
  const std::size_t first = stale.find("{kind: learned"), last = stale.find("  adam:");
  fs::path phi;
  for (const auto& file : fs::directory_iterator(work.path() / "early/weights")) phi = file.path();
  stale.replace(first, last - first, fmt::format("{{kind: trained, file: {}}}\n", phi.string()));
  work.write("stale.yaml", stale);
  run(work, "stale.yaml", "stale");
  CHECK_FALSE(regressions_of_lstm(gate(work, "good", "stale", 1)).empty());
}

TEST_CASE("the gate says what is wrong with what it is given") {
  const Workspace work(tiny_suite(2));
  CHECK(work.run({"gate"}).exit_code == 2);
  CHECK_THAT(work.run({"gate", "--baseline", "a", "--candidate", "b"}).err,
             Catch::Contains("no such run or baseline"));
  work.write("other.json", "{}");
  CHECK_THAT(work.run({"gate", "--baseline", "other.json", "--candidate", "other.json"}).err,
             Catch::Contains("is no baseline of the gate"));
  run(work, "tiny.yaml", "run");
  REQUIRE(work.run({"gate", "--write-baseline", "b.json", "run"}).exit_code == 0);
  tamper(work.path() / "run/store.sqlite", "DELETE FROM results WHERE kind = 'evaluate'");
  const Ending nothing = work.run(
      {"gate", "--baseline", "b.json", "--candidate", "run", "--format", "junit", "--out", "gate.xml"});
  CHECK(nothing.exit_code == 4);
  CHECK_THAT(nothing.out, Catch::Contains("nothing was compared"));
  CHECK(fs::exists(work.path() / "gate.xml"));
  CHECK(work.run({"gate", "--write-baseline", "c.json", "run"}).exit_code == 4);
}

#ifdef L2L_GATE_JOBS
TEST_CASE(
    "bench finds an extra pass in the kernel, by time or by instructions, and no difference to itself") {
  const Workspace work(tiny_suite(2));
  const auto bench = [&](const char* candidate, const char* rounds, bool instructions) {
    std::vector<std::string> words = {"bench",    "--against",     L2L_GATE_JOBS, "--candidate", candidate,
                                      "--filter", "evaluate/lstm", "--rounds",    rounds,        "--min-time",
                                      "0.01",     "--quiet",       "--format",    "json"};
    if (instructions) words.push_back("--instructions");
    const Ending ending = work.run(words);
    CAPTURE(ending.out, ending.err);
    CHECK(ending.err.empty());
    return json::parse(ending.out);
  };
  const json slower = bench(L2L_PLANTED_GATE_JOBS, "24", false);
  CAPTURE(slower.dump());
  // On a machine so busy that A against A differs, it has to say just that.
  if (slower["verdict"] == "inconclusive")
    CHECK_THAT(slower["reasons"].dump(), Catch::Contains("machine too noisy"));
  else
    CHECK(slower["verdict"] == "regression");
  CHECK(slower["checks"][0]["effect"] > 0.1);
  CHECK(bench(L2L_REBUILT_GATE_JOBS, "9", false)["verdict"] != "regression");
  if (std::system("valgrind --version >/dev/null 2>&1") != 0) return;
  const json counted = bench(L2L_PLANTED_GATE_JOBS, "1", true);
  CHECK(counted["verdict"] == "regression");
  CHECK(counted["checks"][1]["metric"] == "instructions");
  CHECK(counted["checks"][1]["status"] == "regression");
  const json same = bench(L2L_REBUILT_GATE_JOBS, "1", true);
  CHECK(same["checks"][1]["status"] == "passed");
  // Not nothing: ten counts on a quiet machine lay within 0.025 %, beside other tests once 0.1006 % apart.
  CHECK(std::abs(same["checks"][1]["effect"].get<double>()) < 0.005);
}
#endif

TEST_CASE("bench reads files of Google Benchmark") {
  const Workspace work(tiny_suite(2));
  const auto write = [&](const char* name, double factor) {
    json rows = json::array();
    for (int i = 0; i < 12; ++i)
      rows.push_back({{"name", "kernel"},
                      {"run_type", "iteration"},
                      {"cpu_time", factor * (100 + i % 3)},
                      {"real_time", 1.0},
                      {"time_unit", "us"}});
    rows.push_back({{"name", "kernel_mean"},
                    {"run_type", "aggregate"},
                    {"cpu_time", 1.0},
                    {"real_time", 1.0},
                    {"time_unit", "us"}});
    work.write(name, json{{"benchmarks", rows}}.dump());
  };
  write("a.json", 1);
  write("b.json", 1.1);
  write("c.json", 1.3);
  CHECK(work.run({"bench", "--json", "a.json", "a.json"}).exit_code == 0);
  CHECK(work.run({"bench", "--json", "a.json", "b.json"}).exit_code == 0);  // sessions drift by as much
  CHECK(work.run({"bench", "--json", "a.json", "b.json", "--minimum", "0.03"}).exit_code == 1);
  CHECK(work.run({"bench", "--json", "a.json", "c.json"}).exit_code == 1);
  work.write("empty.json", R"({"benchmarks": []})");
  CHECK(work.run({"bench", "--json", "a.json", "empty.json"}).exit_code == 4);
  work.write("alien.json", "[]");
  CHECK(work.run({"bench", "--json", "a.json", "alien.json"}).exit_code == 2);
  CHECK(work.run({"bench"}).exit_code == 2);
  CHECK(work.run({"bench", "--against", "nowhere"}).exit_code == 2);
}

}  // namespace
}  // namespace l2l::test
