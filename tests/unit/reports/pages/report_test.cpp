#include <cmath>
#include <filesystem>
#include <limits>

#include <unistd.h>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/files.hpp"
#include "reports/claims/claims.hpp"
#include "reports/pages/page_sections.hpp"
#include "reports/pages/report.hpp"
#include "reports/statistics/limits.hpp"
#include "reports/text/format.hpp"
#include "tests/unit/reports/synthetic.hpp"

using namespace l2l;
using namespace l2l::reports;

namespace {

Summary summary_of(double mean, double error, std::size_t diverged = 0) {
  Summary summary;
  summary.n = 64;
  summary.diverged = diverged;
  summary.mean = diverged > 0 ? kInfinity : mean;
  summary.standard_error = error;
  summary.median = mean;
  summary.interval = {mean - 2 * error, mean + 2 * error};
  return summary;
}

/// Two seeds of a step each, so that every number of the page is easy to see through.
Curve small_curve(const char* name, const char* label, bool learned, float a, float b) {
  Curve curve;
  curve.experiment = "e";
  curve.optimizee = "f";
  curve.optimizer = name;
  curve.label = label;
  curve.rule = name;
  curve.learned = learned;
  curve.horizon = 1;
  curve.seeds = {0, 1};
  curve.losses = {{{1, a}, {1, b}}};
  return curve;
}

struct Folder {
  explicit Folder(const std::string& name)
      : path(std::filesystem::temp_directory_path() / (name + std::to_string(::getpid()))) {
    std::filesystem::remove_all(path);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::filesystem::path path;
};

}  // namespace

TEST_CASE("numbers have sensible digits") {
  CHECK(mean_and_error(summary_of(0.28301, 0.00183)) == "0.2830 ± 0.0018");
  CHECK(mean_and_error(summary_of(1234.5, 27)) == "1234 ± 27");
  CHECK(mean_and_error(summary_of(1.5e-7, 2e-9)) == "1.50e-07 ± 2.0e-09");
  CHECK(mean_and_error(summary_of(0.25, 0)) == "0.250");
  CHECK(mean_and_error(summary_of(0.25, 0.1, 3)) == "diverged (3 of 64; median 0.250)");
  CHECK(interval_text(summary_of(0.28301, 0.00183)) == "[0.2793, 0.2867]");
  CHECK(mean_and_interval(summary_of(0.25, 0.1, 3)) == "diverged (3 of 64)");
  CHECK(significant(0) == "0");
  CHECK(significant(-0.0512) == "−0.0512");
  CHECK(significant(kInfinity) == "diverged");
  CHECK(significant(std::nan("")) == "–");
  CHECK(setting_text(0.1) == "0.1");
  CHECK(duration_text(59.6) == "1 min 00 s");
  CHECK(duration_text(7500) == "2 h 05 min");
  CHECK(markdown_text("a|b\n<c>") == "a\\|b &lt;c&gt;");
}

TEST_CASE("the table of an experiment: best in bold, edges of grids, divergence, missing seeds") {
  Curve lstm = small_curve("lstm", "LSTM", true, 0.25F, 0.25F),
        adam = small_curve("adam", "ADAM", false, 0.5F, 0.5F);
  Curve sgd = small_curve("sgd", "SGD", false, 0.25F, std::numeric_limits<float>::infinity());
  adam.learning_rate = 0.1;
  adam.tune_rates = {0.01, 0.1, 1};
  sgd.learning_rate = 1;
  sgd.tune_rates = {0.01, 0.1, 1};
  sgd.edge_of_grid = true;
  sgd.complete = false;
  Curve nag = small_curve("nag", "NAG", false, 2, 2);
  nag.learning_rate = 0.01;
  nag.no_rate_works = true;
  const std::vector<Experiment> experiments = {{"e", "Small", {adam, sgd, lstm, nag}}};
  SummaryCache cache;
  CHECK(
      results_section(results_tables(experiments, StyleBook(experiments), cache)) ==
      "## Results\n\nMean loss ± standard error over seeds, the best of each step in bold.\n\n"
      "### Small\n\n"
      "| Optimizer | step 1 | seeds | learning rate |\n"
      "|---|---:|---:|---:|\n"
      "| LSTM | **0.250** | 2 | learned |\n"
      "| ADAM | 0.500 | 2 | 0.1 |\n"
      "| SGD | diverged (1 of 2) | 2 (incomplete) | 1 ⚠ |\n"
      "| NAG | 2.00 | 2 | no rate works ⚠ |\n\n"
      "> ⚠ No rate works for NAG: at every one that was tried a tuning problem diverged. What is shown of it "
      "is the smallest rate, and a claim against it is inconclusive.\n\n"
      "> ⚠ The best learning rate of SGD lies at the edge of its grid: a wider grid may do better.\n\n");
}

TEST_CASE("what tuning found beside the rate has a column where there is any") {
  Curve lstm = small_curve("lstm", "LSTM", true, 0.25F, 0.25F),
        adam = small_curve("adam", "ADAM", false, 0.5F, 0.5F);
  adam.learning_rate = 0.1;
  adam.settings = "beta1 0.42, cosine to 0.01";
  const std::vector<Experiment> experiments = {{"e", "Small", {adam, lstm}}};
  SummaryCache cache;
  CHECK_THAT(results_section(results_tables(experiments, StyleBook(experiments), cache)),
             Catch::Contains("| Optimizer | step 1 | seeds | learning rate | settings |\n") &&
                 Catch::Contains("| LSTM | **0.250** | 2 | learned | – |\n") &&
                 Catch::Contains("| ADAM | 0.500 | 2 | 0.1 | beta1 0.42, cosine to 0.01 |\n"));
}

TEST_CASE("a page on a whole run") {
  const Folder folder("l2l-report-test");
  const Report report = write_report(synthetic_run(), folder.path);
  CHECK(report.warnings.empty());
  REQUIRE(report.verdicts.size() == 5);
  CHECK(report.verdicts[0].verdict == Verdict::reproduced);
  CHECK(report.verdicts[1].verdict == Verdict::contradicted);  // the planted wrong claim
  CHECK(report.verdicts[2].verdict == Verdict::reproduced);
  CHECK(report.verdicts[3].verdict == Verdict::inconclusive);
  CHECK(report.verdicts[4].verdict == Verdict::not_run);
  const std::string page = read_file(report.page);
  for (const char* text :
       {"# A synthetic run\n",
        "Of 5 claims: **2 reproduced**, **1 contradicted**, **1 inconclusive**, **1 not run**.",
        "| ❌ contradicted | LSTM reaches 0.01 \\| a planted wrong claim",
        "![MNIST, steps 1 to 100](figures/mnist.png)", "### Quadratics",
        "<summary>All steps of the 12 points</summary>",
        "\n\n- `mnist-wrong`: contradicted, its median is above 0.01.",
        "- `quad-below`: reproduced, its loss is below that of every other. Source: paper, section 3.\n",
        "## Meta-training", "./l2lbench run suites/synthetic.yaml", "| revision | 0123abcd |"}) {
    CHECK_THAT(page, Catch::Contains(text));
  }
  // every file the page links to is there
  for (std::size_t at = page.find("]("); at != std::string::npos; at = page.find("](", at + 1)) {
    const std::string target = page.substr(at + 2, page.find(')', at) - at - 2);
    INFO(target);
    CHECK(std::filesystem::file_size(folder.path / target) > 0);
  }
}

TEST_CASE("without gnuplot there is a page that says so") {
  const Folder folder("l2l-report-no-gnuplot");
  ReportOptions options;
  options.gnuplot = "no-such-gnuplot";
  const Report report = write_report(synthetic_run(), folder.path, options);
  REQUIRE(report.warnings.size() == 1);
  const std::string page = read_file(report.page);
  CHECK_THAT(page, Catch::Contains("gnuplot is not installed") && !Catch::Contains(".png"));
  CHECK(std::filesystem::exists(folder.path / "summary.csv"));
}

TEST_CASE("trajectories.csv is there while it is small, or on demand, and no old one stays") {
  const Folder folder("l2l-report-trajectories");
  ReportOptions options;
  options.figures = options.other_formats = false;
  ReportInput input = synthetic_run();
  const auto written = [&] {
    const std::string page = read_file(write_report(input, folder.path, options).page);
    const bool there = std::filesystem::exists(folder.path / "trajectories.csv");
    CHECK((page.find("(trajectories.csv)") != std::string::npos) == there);
    CHECK((page.find("--trajectories") != std::string::npos) != there);
    return there;
  };
  CHECK(written());
  Curve& curve = input.experiments.front().curves.front();
  const std::size_t seeds = kSmallTrajectories / 20 / static_cast<std::size_t>(curve.horizon + 1) + 1;
  curve.losses = xt::ones<float>({std::size_t{1}, seeds, static_cast<std::size_t>(curve.horizon + 1)});
  curve.seeds.resize(seeds, 12345);
  CHECK_FALSE(written());
  options.trajectories = Trajectories::always;
  CHECK(written());
}

TEST_CASE("tables only, without the long one") {
  const Folder folder("l2l-report-tables");
  ReportOptions options;
  options.figures = false;
  options.trajectories = Trajectories::never;
  const Report report = write_report(synthetic_run(), folder.path, options);
  CHECK(report.warnings.empty());
  CHECK_FALSE(std::filesystem::exists(folder.path / "trajectories.csv"));
  CHECK_FALSE(std::filesystem::exists(folder.path / "figures"));
  CHECK_THAT(read_file(report.page), !Catch::Contains("trajectories.csv"));
}

TEST_CASE("a plain report names no file that it leaves out") {
  for (const bool plain : {true, false}) {
    const Folder folder("l2l-report-plain");
    ReportOptions options;
    options.figures = false;
    options.other_formats = !plain;
    const std::string page = read_file(write_report(synthetic_run(), folder.path, options).page);
    for (const std::string name : {"report.html", "report.json", "table.tex", "figures.tex"}) {
      CHECK(std::filesystem::exists(folder.path / name) != plain);
      CHECK((page.find(name) == std::string::npos) == plain);
    }
  }
}

TEST_CASE("a heat map is a static picture on the page, other figures are interactive") {
  const Folder folder("l2l-report-heat-map");
  ReportInput input = synthetic_run();
  input.figures.push_back(synthetic_heat_map());
  const Report report = write_report(input, folder.path);
  CHECK(report.warnings.empty());
  const std::string html = read_file(folder.path / "report.html");
  const auto element = [&](const std::string& name) {
    const std::size_t begin = html.find("<figure id=\"figure-" + name + "\"");
    REQUIRE(begin != std::string::npos);
    return html.substr(begin, html.find("</figure>", begin) - begin);
  };
  CHECK_THAT(element("heat-map"), Catch::Contains("<img ") && !Catch::Contains("<script"));
  CHECK_THAT(element("architectures"), Catch::Contains("<img ") && Catch::Contains("<script"));
  CHECK_THAT(read_file(report.page), Catch::Contains("](figures/heat-map.png)"));
  CHECK_THAT(read_file(folder.path / "report.json"), Catch::Contains("\"name\": \"heat-map\""));
}

TEST_CASE("an empty run has a page, too") {
  const Folder folder("l2l-report-empty");
  ReportInput input;
  input.suite_name = "empty";
  input.notes = {"This run is not finished."};
  const std::string page = read_file(write_report(input, folder.path).page);
  CHECK_THAT(page, Catch::StartsWith("# empty\n\n> ⚠ This run is not finished."));
}

TEST_CASE("a folder that cannot be made is an error that names it") {
  const Folder folder("l2l-report-blocked");
  write_file_atomically(folder.path, "a file");
  CHECK_THROWS_WITH(write_report(ReportInput(), folder.path / "report"),
                    Catch::Contains("l2l-report-blocked"));
}

TEST_CASE("the closing summary of a run is a table for a terminal") {
  const std::string text = closing_summary(judge(synthetic_run()));
  CHECK_THAT(text, Catch::StartsWith("reproduced    quad-below   0.1653 [0.1513, 0.1801]  "));
  CHECK_THAT(text, Catch::Contains("not run       cifar        –  "));
  CHECK_THAT(text, Catch::EndsWith("5 claims: 2 reproduced, 1 contradicted, 1 inconclusive, 1 not run\n"));
  CHECK(closing_summary({}).empty());
}
