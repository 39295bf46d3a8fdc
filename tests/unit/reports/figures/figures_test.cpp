#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>
#include <tuple>

#include <unistd.h>

#include <catch2/catch.hpp>

#include "core/files.hpp"
#include "reports/charts/gnuplot.hpp"
#include "reports/charts/gnuplot_script.hpp"
#include "reports/charts/range.hpp"
#include "reports/charts/ticks.hpp"
#include "reports/figures/figures.hpp"
#include "tests/unit/reports/synthetic.hpp"

using namespace l2l;
using namespace l2l::reports;

namespace {

/// The made-up run, with a heat map of its sweep.
ReportInput run_with_heat_map() {
  ReportInput input = synthetic_run();
  input.figures.push_back(synthetic_heat_map());
  return input;
}

std::vector<FigurePage> all_figures(const ReportInput& input) {
  const StyleBook styles(input.experiments);
  SummaryCache cache;
  std::vector<FigurePage> pages = suite_figures(input, styles, cache);
  for (auto& page : meta_training_figures(input.meta_trainings)) pages.push_back(page);
  for (auto& page : tuning_figures(input.experiments, styles)) pages.push_back(page);
  return pages;
}

const FigurePage& named(const std::vector<FigurePage>& pages, const std::string& name) {
  const auto found = std::find_if(pages.begin(), pages.end(),
                                  [&](const FigurePage& page) { return page.chart.name == name; });
  REQUIRE(found != pages.end());
  return *found;
}

std::vector<std::string> labels(const std::vector<Tick>& ticks) {
  std::vector<std::string> result;
  for (const Tick& tick : ticks) {
    if (!tick.label.empty()) result.push_back(tick.label);
  }
  return result;
}

/// A folder of its own that goes away with the test.
class Scratch {
 public:
  explicit Scratch(const std::string& name)
      : path(std::filesystem::temp_directory_path() / (name + std::to_string(::getpid()))) {
    std::filesystem::remove_all(path);
    std::filesystem::create_directories(path);
  }
  ~Scratch() { std::filesystem::remove_all(path); }
  const std::filesystem::path path;
};

}  // namespace

TEST_CASE("ticks have readable labels, few and inside the range") {
  CHECK(labels(axis_ticks(0, 100, false, 5)) == std::vector<std::string>{"0", "20", "40", "60", "80", "100"});
  CHECK(labels(axis_ticks(100, 200, false, 5)).front() == "100");
  CHECK(labels(axis_ticks(-0.3, 0.3, false, 5)) == std::vector<std::string>{"-0.2", "0", "0.2"});
  CHECK(labels(axis_ticks(0.2, 3, true, 6)) == std::vector<std::string>{"0.2", "0.3", "0.5", "1", "2", "3"});
  CHECK(labels(axis_ticks(0.02, 12, true, 9)) ==
        std::vector<std::string>{"0.02", "0.05", "0.1", "0.2", "0.5", "1", "2", "5", "10"});
  CHECK(labels(axis_ticks(1e-5, 30, true, 10)) ==
        std::vector<std::string>{"10⁻⁵", "10⁻⁴", "10⁻³", "10⁻²", "10⁻¹", "10⁰", "10¹"});
  CHECK(labels(axis_ticks(1e-12, 1, true, 4)) ==
        std::vector<std::string>{"10⁻¹²", "10⁻⁹", "10⁻⁶", "10⁻³", "10⁰"});
  for (const double high : {1.3, 1.9, 3.7, 12.0, 250.0, 4e4, 1e8, 1e15}) {
    const auto ticks = axis_ticks(1, high, true, 6);
    CHECK(labels(ticks).size() >= 2);
    CHECK(labels(ticks).size() <= 8);
    for (const Tick& tick : ticks) CHECK((tick.at >= 1 - 1e-9 && tick.at <= high * (1 + 1e-9)));
  }
}

TEST_CASE("a diverged curve does not stretch the range") {
  ChartRange range;
  for (const double loss : {2.3, 0.3, 1e9, std::numeric_limits<double>::infinity()}) range.add(loss);
  range.raise_cap(3 * 2.3);
  const auto [low, high] = range.with_air(true);
  CHECK(low == Approx(0.3).epsilon(0.2));
  CHECK(high == Approx(6.9).epsilon(0.2));
  CHECK(ChartRange().with_air(true).first > 0);
}

TEST_CASE("curves: a panel per point, learned optimizers on top, equal y range") {
  const ReportInput input = synthetic_run();
  const std::vector<FigurePage> pages = all_figures(input);
  const Chart& both = named(pages, "both").chart;
  REQUIRE(both.panels.size() == 3);
  CHECK(both.panels[0].title == "Quadratics");
  CHECK(both.panels[1].title == "MNIST: 20 hidden units");
  CHECK(both.panels[2].series.back().label == "LSTM");
  CHECK(both.legend.front() == "LSTM");
  CHECK(both.legend.size() == 8);
  CHECK(both.y_low < 0.02);
  CHECK(both.y_high < 3.5);
  CHECK(named(pages, "mnist").chart.panels[0].x_high == 100);
  // RMSprop diverged on one seed at step 30
  const auto& series = both.panels[0].series;
  const auto rmsprop =
      std::find_if(series.begin(), series.end(), [](const Series& s) { return s.label == "RMSprop"; });
  REQUIRE(rmsprop != series.end());
  CHECK(rmsprop->points[29].y < 1);
  CHECK(std::isinf(rmsprop->points[30].y));
}

TEST_CASE("panels may have loss axes of their own") {
  ReportInput input = synthetic_run();
  const auto panels = [&] { return named(all_figures(input), "mnist").chart.panels; };
  REQUIRE(panels().size() == 2);
  for (const Panel& panel : panels()) CHECK_FALSE(panel.y_range.has_value());
  Figure& figure = *std::find_if(input.figures.begin(), input.figures.end(),
                                 [](const Figure& one) { return one.name == "mnist"; });
  figure.own_loss_axes = true;
  for (Curve& curve : input.experiments[1].curves) {
    if (curve.coordinates != input.experiments[1].curves.back().coordinates) continue;
    for (float& loss : curve.losses) loss *= 100;
  }
  REQUIRE(panels()[0].y_range.has_value());
  CHECK(panels()[0].y_range->second < 0.1 * panels()[1].y_range->second);
  figure.y_high = 7;
  CHECK(panels()[0].y_range->second == 7);
  CHECK(panels()[1].y_range->second == 7);
}

TEST_CASE("of long curves one step in several is drawn, and the last one") {
  ReportInput input = synthetic_run();
  Curve& curve = input.experiments[0].curves[1];
  curve.horizon = 5000;
  curve.losses = xt::xtensor<float, 2>({curve.seeds.size(), 5001}, 1.0F);
  for (std::size_t seed = 0; seed < curve.seeds.size(); ++seed) curve.losses(seed, 2502) = 0.5F;
  const FigurePage page = named(all_figures(input), "quadratics");
  const auto& series = page.chart.panels[0].series;
  const auto longest = std::max_element(series.begin(), series.end(), [](const Series& a, const Series& b) {
    return a.points.back().x < b.points.back().x;
  });
  CHECK(longest->points.size() == 1668);  // 0, 3, ..., 4998 and 5000
  CHECK(longest->points[1].x == 3);
  CHECK(longest->points[834].y == 0.5);
  CHECK(longest->points.back().x == 5000);
  CHECK_THAT(page.caption, Catch::Contains("One in 3 steps is drawn."));
  CHECK_THAT(named(all_figures(synthetic_run()), "quadratics").caption, !Catch::Contains("is drawn"));
}

TEST_CASE("a curve that blows up without diverging leaves the frame") {
  ReportInput input = synthetic_run();
  for (float& loss : input.experiments[0].curves[1].losses) loss *= loss < 9 ? 1e6F : 1;
  const std::vector<FigurePage> pages = all_figures(input);
  CHECK(named(pages, "quadratics").chart.y_high < 40);  // f(theta_0) is 10
}

TEST_CASE("scatter: a panel per value, points in numerical order of x, what diverged at the top") {
  const ReportInput input = synthetic_run();
  const std::vector<FigurePage> pages = all_figures(input);
  const Chart& chart = named(pages, "architectures").chart;
  REQUIRE(chart.panels.size() == 2);
  CHECK(chart.panels[0].title == "1 hidden layer");
  CHECK(labels(chart.x_ticks) == std::vector<std::string>{"5", "20", "35", "50", "65", "80"});
  REQUIRE(chart.panels[1].series.size() == 5);
  const auto& adam = chart.panels[1].series.front();
  CHECK(adam.label == "ADAM");
  CHECK(adam.points.size() == 6);
  CHECK(std::isinf(adam.points.back().y));
  CHECK(chart.y_high < 7);
}

TEST_CASE("meta-training and tuning have figures of their own") {
  const std::vector<FigurePage> pages = all_figures(synthetic_run());
  const Chart& training = named(pages, "meta-training-quad").chart;
  CHECK(training.legend == std::vector<std::string>{"training", "validation", "selected"});
  CHECK(training.panels.front().series.back().points.front().x == 38);
  const Chart& tuning = named(pages, "learning-rates-quadratics").chart;
  CHECK(tuning.log_x);
  CHECK(tuning.panels.front().series.size() == 14);  // seven curves and their choices
  CHECK(named(pages, "learning-rates-arch").chart.panels.size() == 12);
}

TEST_CASE("bands of quantiles: the median and a tenth to either side") {
  Curve curve;
  curve.experiment = "e";
  curve.optimizee = "f";
  curve.optimizer = curve.label = "adam";
  curve.horizon = 1;
  curve.losses = xt::xtensor<float, 2>({11, 2}, 4.0F);
  for (int seed = 0; seed < 11; ++seed) {
    curve.seeds.push_back(static_cast<std::uint64_t>(seed));
    curve.losses(seed, 1) = static_cast<float>(10 - seed);
  }
  curve.losses(0, 1) = std::numeric_limits<float>::infinity();  // a diverged seed is the largest
  ReportInput input;
  input.experiments = {{"e", "", {curve}}};
  Figure figure;
  figure.name = "q";
  figure.experiments = {"e"};
  figure.band = Band::quantiles;
  input.figures = {figure};
  const FigurePage page = named(all_figures(input), "q");
  const ChartPoint& end = page.chart.panels[0].series[0].points[1];
  CHECK(end.y == 5);
  CHECK(end.low == 1);
  CHECK(end.high == 9);
  CHECK_THAT(page.caption,
             Catch::Contains("median over 11 seeds") && Catch::Contains("10 % to the 90 % quantile"));
  input.figures[0].normalise = true;
  CHECK(named(all_figures(input), "q").chart.panels[0].series[0].points[1].y == 1.25);
  input.figures[0].band = Band::mean;
  CHECK_THAT(named(all_figures(input), "q").caption, Catch::Contains("95 % bootstrap bands of the mean"));
}

TEST_CASE("profiles and shares that reach a target, by hand") {
  ReportInput input;
  Experiment experiment{"e", "", {}};
  // Final losses of four problems, and the step at which 2 is reached.
  for (const auto& [name, middle, end] :
       {std::tuple{"lstm", std::vector{3.F, 2.F, 1.F, 9.F}, std::vector{1.F, 1.F, 1.F, 8.F}},
        std::tuple{"adam", std::vector{3.F, 3.F, 3.F, 3.F}, std::vector{2.F, 4.F, 1.F, 2.F}}}) {
    Curve curve;
    curve.experiment = "e";
    curve.optimizee = "f";
    curve.optimizer = curve.label = name;
    curve.horizon = 2;
    curve.losses = xt::xtensor<float, 2>({4, 3}, 10.0F);
    for (std::size_t seed = 0; seed < 4; ++seed) {
      curve.seeds.push_back(seed);
      curve.losses(seed, 1) = middle[seed];
      curve.losses(seed, 2) = end[seed];
    }
    experiment.curves.push_back(curve);
  }
  experiment.curves[0].losses(3, 2) = std::numeric_limits<float>::quiet_NaN();  // the last problem diverges
  input.experiments = {experiment};
  Figure figure;
  figure.name = "p";
  figure.kind = FigureKind::profile;
  figure.experiments = {"e"};
  input.figures = {figure};
  figure.name = "r";
  figure.kind = FigureKind::reached;
  figure.target = 2;
  input.figures.push_back(figure);
  const std::vector<FigurePage> pages = all_figures(input);
  const Panel& profile = named(pages, "p").chart.panels[0];
  REQUIRE(profile.series.size() == 2);
  const Series &adam = profile.series[0], &lstm = profile.series[1];
  CHECK(lstm.label == "lstm");
  CHECK(lstm.points.front().x == 1);
  CHECK(lstm.points.front().y == 0.75);  // the lowest on three of four, one of them shared
  CHECK(lstm.points.back().y == 0.75);   // diverged on one
  CHECK(adam.points.front().y == 0.5);
  CHECK(adam.points.back().y == 1);  // within 4 times everywhere
  const auto at_two = std::find_if(adam.points.begin(), adam.points.end(),
                                   [](const ChartPoint& point) { return point.x >= 2; });
  CHECK(at_two->y == 0.75);
  const Panel& reached = named(pages, "r").chart.panels[0];
  CHECK(reached.series[1].points[0].y == 0);
  CHECK(reached.series[1].points[1].y == 0.5);
  CHECK(reached.series[1].points[2].y == 0.75);
  CHECK(reached.series[0].points[2].y == 0.75);
}

TEST_CASE("updates: a panel per step with its own range") {
  const Chart chart = named(all_figures(synthetic_run()), "updates").chart;
  REQUIRE(chart.panels.size() == 3);
  CHECK(chart.panels[1].title == "step 10");
  CHECK(chart.legend == std::vector<std::string>{"LSTM", "SGD", "ADAM"});
  for (const Panel& panel : chart.panels) {
    REQUIRE(panel.y_range);
    CHECK(panel.y_range->second > 0.02);  // three times the LSTM, which is small at the end
    CHECK(panel.y_range->second < 1);
    CHECK(panel.series.back().label == "LSTM");
  }
}

TEST_CASE("print: as wide as one or two columns, legend below, letters of 8 pt") {
  Chart chart = named(all_figures(synthetic_run()), "quadratics").chart;
  CHECK_THAT(gnuplot_script(chart, FigureStyle::paper), Catch::Contains("pdfcairo size 3.3071in"));
  CHECK_THAT(gnuplot_script(chart, FigureStyle::paper), Catch::Contains("font 'sans-serif,10.67'"));
  chart.columns = 2;
  CHECK_THAT(gnuplot_script(chart, FigureStyle::paper), Catch::Contains("pdfcairo size 6.8898in"));
  const Chart both = named(all_figures(synthetic_run()), "both").chart;
  CHECK_THAT(gnuplot_script(both, FigureStyle::paper), Catch::Contains("pdfcairo size 6.8898in"));
  CHECK_THAT(gnuplot_script(both), !Catch::Contains("pdfcairo size 6.8898in"));
}

TEST_CASE("no data, no figure") {
  ReportInput input = synthetic_run();
  for (Experiment& experiment : input.experiments) {
    for (Curve& curve : experiment.curves) {
      curve.losses = xt::xtensor<float, 2>({0, curve.losses.shape(1)});
      curve.seeds.clear();
      curve.tune_rates.clear();
    }
  }
  input.meta_trainings.clear();
  input.updates.clear();
  CHECK(all_figures(input).empty());
}

TEST_CASE("a suite that asks for no figures gets the curves of each experiment") {
  ReportInput input = synthetic_run();
  input.figures.clear();
  const std::vector<FigurePage> pages = all_figures(input);
  CHECK(named(pages, "quadratics").chart.title == "Quadratics");
  CHECK(named(pages, "mnist").chart.panels.size() == 2);
  CHECK(pages.size() == 2 + 2 + 3);  // the sweep of 12 points has none; meta-training; tuning
}

TEST_CASE("text with quotes, line breaks and markup reaches gnuplot as text") {
  Chart chart;
  chart.name = "quoted";
  chart.title = "it's \"50 %\"\n`date` $x {/Bold b} a_1";
  Panel panel;
  panel.series = {{"f'", {}, Drawing::line, {{0, 0.5, 0.5, 0.5}, {1, 0.7, 0.6, 0.8}}}};
  chart.y_low = 0.1;
  chart.panels = {panel};
  chart.legend = {"f'"};
  const Scratch scratch("l2l-quoted-test");
  write_file_atomically(scratch.path / "quoted.gp", gnuplot_script(chart));
  const GnuplotResult result = run_gnuplot(scratch.path, "quoted.gp");
  INFO(result.message);
  REQUIRE(result.status == GnuplotResult::Status::done);
  const std::string svg = read_file(scratch.path / "quoted.svg");
  CHECK_THAT(svg, Catch::Contains("it’s &quot;50 %&quot; `date` $x {/Bold b} a_1") ||
                      Catch::Contains("it’s \"50 %\" `date` $x {/Bold b} a_1"));
}

TEST_CASE("every kind of figure is drawn in every format, and an SVG twice with the same bytes") {
  const Scratch first("l2l-figures-first"), second("l2l-figures-second");
  const std::vector<FigurePage> pages = all_figures(run_with_heat_map());
  const auto style = GENERATE(FigureStyle::screen, FigureStyle::paper);
  for (const char* name : {"both", "architectures", "meta-training-quad", "learning-rates-mnist", "quantiles",
                           "profile", "reached", "updates", "heat-map"}) {
    const FigurePage& page = named(pages, name);
    const std::string script = std::string(name) + ".gp";
    for (const Scratch* scratch : {&first, &second}) {
      write_file_atomically(scratch->path / script, gnuplot_script(page.chart, style));
      const GnuplotResult result = run_gnuplot(scratch->path, script);
      INFO(result.message);
      REQUIRE(result.status == GnuplotResult::Status::done);
      CHECK(result.message.empty());  // not even a warning
    }
    const std::string svg = read_file(first.path / (std::string(name) + ".svg"));
    CHECK(svg.size() > 5000);
    CHECK_THAT(svg, Catch::StartsWith("<?xml"));
    CHECK(svg == read_file(second.path / (std::string(name) + ".svg")));
    const std::string png = read_file(first.path / (std::string(name) + ".png"));
    CHECK(png.size() > 5000);
    CHECK(png.substr(1, 3) == "PNG");
    const std::string pdf = read_file(first.path / (std::string(name) + ".pdf"));
    CHECK(pdf.size() > 2000);
    CHECK_THAT(pdf, Catch::StartsWith("%PDF"));
  }
}

TEST_CASE("gnuplot that is missing or fails is told apart") {
  const Scratch scratch("l2l-gnuplot-test");
  write_file_atomically(scratch.path / "bad.gp", "plot nonsense(\n");
  CHECK(run_gnuplot(scratch.path, "bad.gp", "no-such-gnuplot").status == GnuplotResult::Status::missing);
  const GnuplotResult failed = run_gnuplot(scratch.path, "bad.gp");
  CHECK(failed.status == GnuplotResult::Status::failed);
  CHECK_THAT(failed.message, Catch::Contains("bad.gp"));
}
