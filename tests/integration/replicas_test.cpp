// Several trainings of one optimizer, from the suite to the gate: raising their number computes the new ones
// only.
#include <algorithm>
#include <filesystem>
#include <string>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "tests/integration/program.hpp"

namespace l2l::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string suite_of(int replicas) {
  std::string text = tiny_suite(2);
  return text.insert(text.find("seeds: 2,"), fmt::format("replicas: {}, ", replicas));
}

std::size_t trained_phis(const fs::path& run) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(run / "weights"), {}));
}

json gate_page(const Workspace& work, const std::string& baseline, const std::string& candidate) {
  return json::parse(
      work.run({"gate", "--baseline", baseline, "--candidate", candidate, "--format", "json"}).out);
}

TEST_CASE("more replicas compute what is new, anywhere, to the same bits") {
  const Workspace work(suite_of(1));
  work.write("two.yaml", suite_of(2));
  work.write("three.yaml", suite_of(3));
  const auto run = [&](const std::string& suite, const std::string& folder) {
    const Ending ending = work.run({"run", suite, "--run", folder, "--quiet"});
    CAPTURE(ending.err);
    REQUIRE(ending.exit_code == 0);
    return digests(work.path() / folder);
  };
  const auto one = run("tiny.yaml", "runs/one"), two = run("two.yaml", "runs/two");
  // of one: 2 candidates, 2 trainings, 2 choices and 2 evaluations; 2 baselines with a tuning and 2
  // evaluations
  CHECK(one.size() == 8 + 6);
  CHECK(two.size() == 2 * 8 + 6);
  CHECK(trained_phis(work.path() / "runs/two") > trained_phis(work.path() / "runs/one"));
  CHECK(std::includes(two.begin(), two.end(), one.begin(), one.end()));
  const std::string plan = work.run({"plan", "three.yaml", "--run", "runs/three"}).out;
  CHECK_THAT(plan, Catch::Contains("\ntotal           30       0         22      8 "));
  CHECK_THAT(plan, !Catch::Contains("warning"));
  CHECK_THAT(work.run({"plan", "tiny.yaml"}).out,
             Catch::Contains("\nwarning: 1 of 1 claims rests on one training of a learned optimizer") &&
                 Catch::Contains(": lstm-first\n"));

  for (int wave = 0; wave < 3; ++wave) {
    for (const char* shard : {"0/2", "1/2"})
      REQUIRE(work.run({"run", "two.yaml", "--run", "sharded", "--shard", shard, "--quiet"}).exit_code == 0);
    REQUIRE(work.run({"merge", "two.yaml", "--run", "sharded", "--no-reuse"}).exit_code == 0);
  }
  CHECK(digests(work.path() / "sharded") == two);
  const Ending verified = work.run({"verify", "runs/two", "--all"});
  CHECK(verified.exit_code == 0);
  CHECK_THAT(verified.out, Catch::Contains("22 of 22 jobs verified: 22 equal to the bit"));

  const json same = gate_page(work, "runs/two", "sharded"), more = gate_page(work, "runs/one", "runs/two");
  CHECK(same.at("exit_code") == 0);
  CHECK(same.at("checks").empty());
  bool retrained = false;
  for (const json& check : more.at("checks"))
    retrained = retrained || check.dump().find("trained anew") != std::string::npos;
  CHECK(retrained);
}

}  // namespace
}  // namespace l2l::test
