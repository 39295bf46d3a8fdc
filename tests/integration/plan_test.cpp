// l2lbench plan tells what a run would do, and leaves no trace; l2lbench schema prints what editors read.
#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "harness/plan/plan.hpp"
#include "harness/suite/load.hpp"
#include "program.hpp"

using namespace l2l::test;
namespace fs = std::filesystem;

namespace {

/// Every file below a folder with its size and time of last change.
std::map<std::string, std::pair<std::uintmax_t, fs::file_time_type>> traces(const fs::path& folder) {
  std::map<std::string, std::pair<std::uintmax_t, fs::file_time_type>> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    found[entry.path().string()] = {entry.is_regular_file() ? entry.file_size() : 0, entry.last_write_time()};
  return found;
}

/// The columns of the line that starts with `name`: jobs, stored, elsewhere, to do, ...
std::vector<std::string> row(const std::string& out, const std::string& name) {
  const std::size_t at = out.find("\n" + name + " ");
  REQUIRE(at != std::string::npos);
  std::istringstream line(out.substr(at + 1, out.find('\n', at + 1) - at - 1));
  std::vector<std::string> words;
  for (std::string word; line >> word;) words.push_back(word);
  REQUIRE(words.size() >= 5);
  return {words.begin() + 1, words.begin() + 5};
}

using Row = std::vector<std::string>;

}  // namespace

TEST_CASE("plan counts what is stored here and elsewhere, and changes nothing") {
  const Workspace work(tiny_suite(2));
  const auto planned = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"plan", "tiny.yaml"});
    const auto before = traces(work.path() / "runs");
    Ending ending = work.run(arguments);
    CHECK(ending.exit_code == 0);
    CHECK(traces(work.path() / "runs") == before);
    return ending.out;
  };
  fs::create_directory(work.path() / "runs");
  const std::string first = planned({});
  CHECK(row(first, "total") == Row{"14", "0", "0", "14"});
  std::size_t largest = 0;
  for (const l2l::Job& job : l2l::make_plan(l2l::load_suite((work.path() / "tiny.yaml").string())).jobs)
    largest = std::max(largest, job.bytes);
  CHECK_THAT(first, Catch::Contains("\ntime:   roughly 0:0"));
  CHECK_THAT(first, Catch::Contains(fmt::format("\nmemory: roughly {:.3g} MiB for the largest job",
                                                static_cast<double>(largest) / (1 << 20))));

  REQUIRE(work.run({"run", "tiny.yaml", "--no-report", "--quiet"}).exit_code == 0);
  const std::string after = planned({});
  CHECK(row(after, "total") == Row{"14", "14", "0", "0"});
  CHECK_THAT(after, Catch::Contains("nothing to do"));
  CHECK(row(planned({"--run", "runs/other"}), "total") == Row{"14", "0", "14", "0"});
  CHECK_FALSE(fs::exists(work.path() / "runs/other"));
  CHECK_THAT(planned({"--run", "runs/other", "--jobs"}), Catch::Contains(" elsewhere tune sgd"));
  fs::create_directory(work.path() / "runs/broken");
  std::ofstream(work.path() / "runs/broken/store.sqlite") << std::string(5000, 'x');
  CHECK(row(planned({"--run", "runs/other"}), "total") == Row{"14", "0", "14", "0"});

  const std::string listed = planned({"--jobs"});
  for (const auto& [key, digest] : digests(work.path() / "runs/tiny"))
    CHECK_THAT(listed, Catch::Contains(fmt::format("\n{:.12} stored ", key)));
}

TEST_CASE("plan says of a stored tuning that no rate works") {
  const Workspace work(tiny_suite(2));
  work.write("tiny.yaml", R"(name: tiny
optimizees: {quad: {kind: quadratic, dimension: 3}}
optimizers: {sgd: {kind: sgd, tune: {low: 1.0e+4, high: 1.0e+5, points: 2, instances: 2}}}
experiments:
  - {name: e, optimizees: [quad], optimizers: [sgd], horizon: 30, seeds: 1}
)");
  const std::string before = work.run({"plan", "tiny.yaml"}).out;
  CHECK_THAT(before, !Catch::Contains("no rate works"));
  CHECK_THAT(before, Catch::Contains("before evaluation: 120 gradients for tuning, 0 for meta-training\n"));
  REQUIRE(work.run({"run", "tiny.yaml", "--no-report", "--quiet"}).exit_code == 0);
  CHECK_THAT(work.run({"plan", "tiny.yaml"}).out,
             Catch::Contains("warning: tune sgd on quad, horizon 30: no rate works"));
}

TEST_CASE("plan reports an error of the suite with its place") {
  const Workspace work(tiny_suite(2));
  work.write("tiny.yaml", "name: tiny\nexperimnts: []\n");
  const Ending ending = work.run({"plan", "tiny.yaml"});
  CHECK(ending.exit_code == 2);
  CHECK(ending.out.empty());
  CHECK_THAT(ending.err, Catch::Contains("tiny.yaml:2:1: unknown key 'experimnts'"));
  CHECK_THAT(ending.err, Catch::Contains("did you mean 'experiments'?"));
  const Ending missing = work.run({"plan", "none.yaml"});
  CHECK(missing.exit_code == 2);
  CHECK_THAT(missing.err, Catch::Contains("none.yaml"));
}

TEST_CASE("schema prints a JSON Schema") {
  const Workspace work(tiny_suite(2));
  const Ending ending = work.run({"schema"});
  CHECK(ending.exit_code == 0);
  const auto schema = nlohmann::json::parse(ending.out);
  CHECK(schema.at("required") == nlohmann::json{"name", "experiments"});
}
