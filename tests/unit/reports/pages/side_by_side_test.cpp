#include <cmath>
#include <limits>

#include <unistd.h>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/files.hpp"
#include "reports/pages/changes.hpp"
#include "reports/pages/side_by_side.hpp"
#include "tests/unit/reports/synthetic.hpp"

using namespace l2l;
using namespace l2l::reports;

namespace {

/// The synthetic run, with every loss of SGD on the quadratics raised by a tenth, and other things changed.
std::vector<NamedRun> two_runs() {
  std::vector<NamedRun> runs = {{"before", synthetic_run()}, {"after", synthetic_run()}};
  ReportInput& after = runs[1].input;
  for (Curve& curve : after.experiments[0].curves) {
    if (curve.optimizer == "sgd") {
      for (float& loss : curve.losses) loss *= 1.1F;
    } else if (curve.optimizer == "adam") {
      curve.losses(0, 0, 100) = std::numeric_limits<float>::infinity();
    } else if (curve.optimizer == "nag") {
      for (std::uint64_t& seed : curve.seeds) seed += 1000;
    }
  }
  for (Claim& claim : after.claims) {
    if (claim.id == "mnist-wrong") claim.threshold = 1;  // what was contradicted now holds
  }
  return runs;
}

std::string text_in(const Table& table, const std::string& first, std::size_t column) {
  for (const std::vector<Cell>& row : table.rows) {
    if (row.front().text() == first) return row[column].text();
  }
  return "no such row";
}

}  // namespace

TEST_CASE("differences between runs are measured per seed and marked") {
  const std::vector<SharedPoint> points = results_side_by_side(two_runs());
  REQUIRE(points.size() == 1 + 2 + 12);  // every point of the three experiments
  const Table& table = points.front().table;
  CHECK(points.front().title == "Quadratics");
  REQUIRE(table.columns.size() == 5);
  CHECK(table.columns[4].title == "after − before");
  REQUIRE(table.rows.size() == 8);
  CHECK(text_in(table, "LSTM", 4) == "same bits");
  CHECK_THAT(text_in(table, "SGD", 4), Catch::EndsWith("] worse"));
  CHECK(text_in(table, "ADAM", 4) == "diverged: 1 of 64, before 0");
  CHECK(text_in(table, "NAG", 4) == "no seeds in common");
  std::vector<NamedRun> swapped = two_runs();
  std::swap(swapped[0], swapped[1]);
  CHECK_THAT(text_in(results_side_by_side(swapped).front().table, "SGD", 4), Catch::EndsWith("] better"));
}

TEST_CASE("side by side a baseline that no rate works for is marked where that is so") {
  std::vector<NamedRun> runs = two_runs();
  for (Curve& curve : runs[1].input.experiments[0].curves) curve.no_rate_works = curve.optimizer == "sgd";
  const std::vector<SharedPoint> points = results_side_by_side(runs);
  const Table& table = points.front().table;
  CHECK_THAT(text_in(table, "SGD", 2), !Catch::Contains("no rate works"));
  CHECK_THAT(text_in(table, "SGD", 3), Catch::EndsWith(" (no rate works)"));
}

TEST_CASE("verdicts that changed are marked") {
  const Table table = claims_side_by_side(two_runs());
  REQUIRE(table.rows.size() == 5);
  const std::string wrong = "LSTM reaches 0.01 | a planted wrong claim";
  CHECK_THAT(text_in(table, wrong, 1), Catch::StartsWith("contradicted"));
  CHECK_THAT(text_in(table, wrong, 2), Catch::StartsWith("reproduced"));
  CHECK(text_in(table, wrong, 3) == "changed");
  CHECK(text_in(table, "RMSprop fails", 3) == "–");
}

TEST_CASE("what changed since an earlier run is what is not the same") {
  const std::vector<NamedRun> runs = two_runs();
  const Changes changes = changes_since(runs[0], runs[1].input);
  CHECK(changes.sentence() ==
        fmt::format("Since before 2 of 5 verdicts and 3 of {} results changed.", changes.shared_results));
  CHECK(changes.shared_results > 8);
  REQUIRE(changes.claims.rows.size() == 2);
  const std::string wrong = "LSTM reaches 0.01 | a planted wrong claim";
  CHECK_THAT(text_in(changes.claims, wrong, 1), Catch::StartsWith("contradicted"));
  CHECK_THAT(text_in(changes.claims, wrong, 2), Catch::StartsWith("reproduced"));
  REQUIRE(changes.results.columns.size() == 6);
  CHECK(changes.results.columns[0].title == "Where");
  for (const std::vector<Cell>& row : changes.results.rows) CHECK(row[0].text() == "Quadratics");
  CHECK(changes_since(runs[0], runs[0].input).claims.empty());
  CHECK(changes_since(runs[0], runs[0].input).results.empty());
  ReportInput other = runs[1].input;
  other.experiments.clear();
  other.claims.clear();
  CHECK(changes_since(runs[0], other).sentence() == "This run shares no result with before.");
}

TEST_CASE("runs with nothing in common are an error that says what they have") {
  std::vector<NamedRun> runs = two_runs();
  for (Experiment& experiment : runs[1].input.experiments) {
    experiment.name += "-other";
    for (Curve& curve : experiment.curves) curve.experiment = experiment.name;
  }
  const auto folder = std::filesystem::temp_directory_path() / ("l2l-side" + std::to_string(::getpid()));
  try {
    write_side_by_side(runs, folder);
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::usage);
    CHECK_THAT(error.what(), Catch::Contains("share no experiment"));
  }
  CHECK_FALSE(std::filesystem::exists(folder));
  const auto page = write_side_by_side(two_runs(), folder);
  CHECK(page == folder / "comparison.md");
  CHECK_THAT(read_file(page),
             Catch::StartsWith("# before, after side by side\n\n") && Catch::Contains("## Claims"));
  CHECK_THAT(read_file(folder / "comparison.html"), Catch::Contains("<span class=\"mark worse\">"));
  std::filesystem::remove_all(folder);
}
