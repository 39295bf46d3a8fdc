#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "harness/store/run_directory.hpp"
#include "harness/suite/load.hpp"
#include "tests/unit/harness/store/test_support.hpp"

namespace l2l {
namespace {

namespace fs = std::filesystem;
using test::TemporaryFolder;

constexpr const char* kSuite = R"(name: mine
optimizees: {q: {kind: quadratic, dimension: 3}}
optimizers: {sgd: {kind: sgd, tune: false}}
experiments: [{name: e, optimizees: [q], optimizers: [sgd], horizon: 3, seeds: 1}]
)";

TEST_CASE("a run directory belongs to one suite") {
  const TemporaryFolder temporary;
  const RunDirectory directory(temporary.path() / "run");
  const Suite mine = parse_suite(kSuite, "mine.yaml");
  Suite other = mine;
  other.name = "other";
  CHECK_NOTHROW(directory.check_usable_for(mine));  // not there yet
  fs::create_directory(directory.root());
  CHECK_NOTHROW(directory.check_usable_for(mine));  // empty
  CHECK_THROWS_WITH(directory.check_exists(), Catch::Contains("is not a run directory"));
  std::ofstream(directory.root() / "store.lock") << "";
  CHECK_NOTHROW(directory.check_usable_for(mine));  // killed before it had a store
  fs::remove(directory.root() / "store.lock");
  std::ofstream(directory.store()) << "";
  CHECK_NOTHROW(directory.check_usable_for(mine));  // killed before it had a suite
  CHECK_THROWS_WITH(directory.check_exists(), Catch::Contains("is not a run directory"));
  std::ofstream(directory.suite()) << mine.canonical_yaml;
  CHECK_NOTHROW(directory.check_exists());
  CHECK_NOTHROW(directory.check_usable_for(mine));
  CHECK_THROWS_WITH(directory.check_usable_for(other),
                    Catch::Contains("holds a run of the suite 'mine', not of 'other'"));
  CHECK(directory.load().canonical_yaml == mine.canonical_yaml);
  CHECK(RunDirectory("runs/quick/").root() == "runs/quick");
  std::ofstream(directory.suite()) << "name: [";
  CHECK_THROWS_WITH(directory.check_usable_for(mine),
                    Catch::Contains("damaged: not valid YAML") && Catch::Contains("remove this file"));
}

TEST_CASE("somebody else's folder is not written to") {
  const TemporaryFolder temporary;
  std::ofstream(temporary.path() / "letter.txt") << "dear";
  const Suite mine = parse_suite(kSuite, "mine.yaml");
  CHECK_THROWS_WITH(RunDirectory(temporary.path()).check_usable_for(mine),
                    Catch::Contains("not a run directory"));
  CHECK_THROWS_WITH(RunDirectory(temporary.path() / "letter.txt").check_usable_for(mine),
                    Catch::Contains("is not a directory"));
  CHECK_THROWS_WITH(RunDirectory(temporary.path() / "absent").check_exists(),
                    Catch::Contains("no such run directory"));
}

TEST_CASE("the neighbours of a run are found, itself not") {
  const TemporaryFolder temporary;
  for (const char* name : {"b", "a", "own"}) {
    fs::create_directory(temporary.path() / name);
    std::ofstream(temporary.path() / name / "store.sqlite") << "";
  }
  fs::create_directory(temporary.path() / "empty");
  const fs::path root = fs::canonical(temporary.path());
  const std::vector<fs::path> expected = {root / "a/store.sqlite", root / "b/store.sqlite"};
  CHECK(RunDirectory(temporary.path() / "own").sibling_stores() == expected);
  CHECK(RunDirectory(temporary.path() / "own/").sibling_stores() == expected);
  CHECK(RunDirectory(temporary.path() / "not made yet").sibling_stores().size() == 3);
  CHECK(RunDirectory(temporary.path() / "nowhere/at all").sibling_stores().empty());
}

}  // namespace
}  // namespace l2l
