// Several trainings of one optimizer in tables, files and figures.
#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "core/files.hpp"
#include "core/json.hpp"
#include "reports/charts/json.hpp"
#include "reports/figures/figures.hpp"
#include "reports/pages/csv_tables.hpp"
#include "reports/pages/json_report.hpp"
#include "reports/pages/page_sections.hpp"
#include "reports/pages/provenance.hpp"
#include "reports/results/report_input.hpp"
#include "reports/statistics/statistics.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace l2l;
using namespace l2l::reports;

namespace {

constexpr float kDivergedLoss = std::numeric_limits<float>::infinity();

/// Losses of two seeds at the steps 0 and 1.
Curve curve_of(const std::string& optimizer, xt::xtensor<float, 3> losses) {
  Curve curve;
  curve.experiment = "e";
  curve.optimizee = "f";
  curve.optimizer = curve.label = optimizer;
  curve.learned = optimizer == "lstm";
  curve.rule = optimizer;
  curve.horizon = 1;
  curve.seeds = {7, 9};
  curve.losses = std::move(losses);
  for (std::size_t r = 0; r < curve.replicas(); ++r) {
    curve.sources.push_back({"select", fmt::format("phi {}", r), "", 0, 0, true, r});
    curve.sources.push_back({"evaluate", fmt::format("run {}", r), "", 7, 3, true, r});
  }
  return curve;
}

/// An LSTM trained twice, with mean losses of 2 and 4 at the end, and a baseline.
std::vector<Experiment> experiments() {
  return {{"e",
           "Two",
           {curve_of("lstm", {{{8, 1}, {8, 3}}, {{8, 2}, {8, 6}}}), curve_of("sgd", {{{8, 5}, {8, 5}}})}}};
}

MetaTraining training_of(std::size_t replica, std::size_t replicas, const char* label = "LSTM") {
  MetaTraining training;
  training.key = fmt::format("key {}", replica);
  training.optimizer = "lstm";
  training.label = label;
  training.optimizee = "f";
  training.replica = replica;
  training.replicas = replicas;
  training.train_losses = training.validation_losses = std::vector<double>(2 + replica, 1.0);
  training.selected_epoch = 1;
  return training;
}

ReportInput input_of(std::vector<Experiment> experiments) {
  ReportInput input;
  input.experiments = std::move(experiments);
  Figure figure;
  figure.name = "curves";
  figure.experiments = {"e"};
  input.figures = {figure};
  return input;
}

FigurePage curves_of(const ReportInput& input) {
  SummaryCache cache;
  const auto pages = suite_figures(input, StyleBook(input.experiments), cache);
  REQUIRE(pages.size() == 1);
  REQUIRE(pages[0].chart.panels.size() == 1);
  return pages[0];
}

std::string trajectories(const std::vector<Experiment>& experiments) {
  const test::TemporaryFolder folder;
  write_trajectories(experiments, folder.path() / "t.csv");
  return read_file(folder.path() / "t.csv");
}

}  // namespace

TEST_CASE("the spread between trainings is the standard deviation of their means") {
  const auto all = experiments();
  const std::vector<double> between = between_replicas(all[0].curves[0]);
  REQUIRE(between.size() == 2);
  CHECK(between[0] == 0);
  CHECK(between[1] == Approx(std::sqrt(2.0)));
  CHECK(std::isnan(between_replicas(all[0].curves[1])[1]));
  const Curve diverging = curve_of("lstm", {{{8, 1}, {8, 3}}, {{8, 2}, {8, kDivergedLoss}}});
  CHECK(between_replicas(diverging)[0] == 0);
  CHECK(std::isnan(between_replicas(diverging)[1]));
}

TEST_CASE("tables have a column for the spread where an optimizer was trained several times over") {
  auto all = experiments();
  SummaryCache cache;
  const std::string page = results_section(results_tables(all, StyleBook(all), cache));
  CHECK_THAT(page, Catch::Contains("| Optimizer | step 1 | ± between trainings | seeds | learning rate |\n"));
  CHECK_THAT(page, Catch::Contains("| lstm | **3.0 ± 1.5** | 1.4 | 2 × 2 | learned |\n"));
  CHECK_THAT(page, Catch::Contains("| sgd | 5.00 | – | 2 | – |\n"));
  CHECK_THAT(page, Catch::Contains("± between trainings is the standard deviation, over them"));
  all[0].curves.erase(all[0].curves.begin());
  SummaryCache other;
  CHECK_THAT(results_section(results_tables(all, StyleBook(all), other)), !Catch::Contains("between"));
}

TEST_CASE("CSV files have the number of a replica where there are several") {
  const auto all = experiments();
  CHECK(trajectories(all) ==
        "experiment,optimizee,optimizer,replica,seed,step,loss\r\n"
        "e,f,lstm,0,7,0,8\r\ne,f,lstm,0,7,1,1\r\ne,f,lstm,0,9,0,8\r\ne,f,lstm,0,9,1,3\r\n"
        "e,f,lstm,1,7,0,8\r\ne,f,lstm,1,7,1,2\r\ne,f,lstm,1,9,0,8\r\ne,f,lstm,1,9,1,6\r\n"
        "e,f,sgd,0,7,0,8\r\ne,f,sgd,0,7,1,5\r\ne,f,sgd,0,9,0,8\r\ne,f,sgd,0,9,1,5\r\n");
  SummaryCache cache;
  const std::string summary = summary_csv(all, cache);
  CHECK_THAT(summary, Catch::Contains(",diverged,learning_rate,tuning,replicas,between_replicas\r\n"));
  CHECK_THAT(summary, Catch::Contains("e,f,lstm,1,1,2,3,1.5,") && Catch::Contains(",2,1.414213562373"));
  CHECK_THAT(summary, Catch::EndsWith(",1,\r\n"));
  CHECK_THAT(meta_training_csv({training_of(0, 2), training_of(1, 2)}),
             Catch::StartsWith("optimizer,optimizee,replica,learning_rate,") &&
                 Catch::Contains("\r\nlstm,f,1,0,3,1,1,false\r\n"));
}

TEST_CASE("a replica that is missing keeps its number") {
  Curve curve = curve_of("lstm", {{{8, 1}, {8, 3}}, {{8, 2}, {8, kDivergedLoss}}});
  curve.replica_numbers = {0, 4};
  CHECK_THAT(trajectories({{"e", "", {curve}}}), Catch::Contains("e,f,lstm,4,9,0,8\r\n"));
  curve.sources.back().replica = 4;
  const auto diverged = diverged_seeds(curve);
  REQUIRE(diverged.size() == 1);
  CHECK(diverged[0].seed == 9);
  CHECK(diverged[0].step == 1);
  CHECK(diverged[0].replica == 4);
  CHECK(evaluation_key(curve, diverged[0]) == "run 1");
  const Table table = divergence_table(divergences({{"e", "", {curve}}}));
  REQUIRE(table.rows.size() == 1);
  CHECK(table.rows[0][3].text() == "1 of 4");
  CHECK(table.rows[0][4].text() == "9 (replica 4, 1)");
}

TEST_CASE("the jobs behind a curve say which replica they belong to") {
  const SourceTable sources = source_table(experiments(), {training_of(0, 2), training_of(1, 2)});
  std::vector<std::string> jobs;
  for (const auto& row : sources.table.rows) jobs.push_back(row[2].text() + ": " + row[3].text());
  CHECK(jobs == std::vector<std::string>{"LSTM, replica 0: trained φ", "LSTM, replica 1: trained φ",
                                         "lstm: trained φ, replica 0", "lstm: trajectories, replica 0",
                                         "lstm: trained φ, replica 1", "lstm: trajectories, replica 1",
                                         "sgd: trained φ", "sgd: trajectories"});
}

TEST_CASE("report.json has the replicas of curves and trainings") {
  ReportInput input = input_of(experiments());
  input.meta_trainings = {training_of(0, 2), training_of(1, 2)};
  SummaryCache cache;
  const auto json = nlohmann::json::parse(json_report(input, {}, {}, cache, std::nullopt));
  const auto& curves = json.at("experiments")[0].at("curves");
  CHECK(curves[0].at("replicas") == 2);
  CHECK(curves[1].at("replicas") == 1);
  CHECK(curves[0].at("steps").back().at("between_replicas").get<double>() == Approx(std::sqrt(2.0)));
  CHECK(curves[1].at("steps").back().at("between_replicas").is_null());
  CHECK(curves[0].at("jobs").back().at("replica") == 1);
  CHECK(json.at("meta_trainings")[1].at("replica") == 1);
}

TEST_CASE("curves have a thin line a training below their mean") {
  const ReportInput input = input_of(experiments());
  const FigurePage page = curves_of(input);
  const std::vector<Series>& series = page.chart.panels[0].series;
  REQUIRE(series.size() == 4);
  CHECK(series[0].label == "sgd");
  for (std::size_t r = 0; r < 2; ++r) {
    CHECK(series[1 + r].label.empty());
    CHECK(series[1 + r].style.color == series[3].style.color);
    CHECK(series[1 + r].style.width < series[3].style.width);
    CHECK(series[1 + r].points[1].y == 2 + 2 * static_cast<double>(r));
    CHECK(series[1 + r].points[1].low == series[1 + r].points[1].high);
  }
  CHECK(series[3].label == "lstm");
  CHECK(series[3].points[1].y == 3);
  CHECK_THAT(page.caption, Catch::Contains("Thin lines: 2 independent trainings each."));
  CHECK_THAT(chart_json(page.chart), Catch::Contains(R"("of":"lstm")"));  // hidden with it

  auto relative = input;
  relative.figures[0].normalise = true;
  relative.figures[0].band = GENERATE(Band::mean, Band::quantiles);
  CHECK(curves_of(relative).chart.panels[0].series[2].points[1].y == 0.5);
  auto baselines = input;
  baselines.experiments[0].curves.erase(baselines.experiments[0].curves.begin());
  CHECK(curves_of(baselines).chart.panels[0].series.size() == 1);
  CHECK_THAT(curves_of(baselines).caption, !Catch::Contains("trainings"));
}

TEST_CASE("the share of runs that have reached a loss counts every training") {
  ReportInput input = input_of(experiments());
  input.figures[0].kind = FigureKind::reached;
  input.figures[0].target = 2;
  const FigurePage page = curves_of(input);
  CHECK(page.chart.panels[0].series.back().label == "lstm");
  CHECK(page.chart.panels[0].series.back().points.back().y == 0.5);  // seed 7, of both trainings
}

TEST_CASE("trainings of one optimizer share a panel of the meta-training figure") {
  const auto pages = meta_training_figures(
      {training_of(0, 3), training_of(1, 3), training_of(2, 3), training_of(0, 1, "Other")});
  REQUIRE(pages.size() == 1);
  const Chart& chart = pages[0].chart;
  REQUIRE(chart.panels.size() == 2);
  CHECK(chart.panels[0].title == "LSTM");
  CHECK(chart.panels[0].series.size() == 3 * 4);
  CHECK(chart.panels[0].x_high == 4);
  CHECK(chart.panels[1].series.size() == 4);
  CHECK(chart.panels[1].x_high == 2);
  const auto labelled = std::count_if(chart.panels[0].series.begin(), chart.panels[0].series.end(),
                                      [](const Series& series) { return !series.label.empty(); });
  CHECK(labelled == 3);
  CHECK_THAT(pages[0].caption, Catch::Contains("share a panel"));
  const auto one = meta_training_figures({training_of(0, 2), training_of(1, 2)});
  CHECK(one[0].chart.title == "LSTM, trained on f");
}
