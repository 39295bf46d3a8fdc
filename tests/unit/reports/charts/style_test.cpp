// Colours and dashes of curves.
#include <array>
#include <cmath>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "reports/charts/style.hpp"
#include "tests/unit/reports/synthetic.hpp"

using namespace l2l::reports;

namespace {

/// Distance of two colours in linear light, as somebody without red (protan) or green (deutan) cones sees
/// them, after Vienot, Brettel and Mollon (1999): red and green fall together, blue stays.
double seen_distance(const std::string& a, const std::string& b, bool protan) {
  const auto seen = [&](const std::string& color) {
    std::array<double, 3> rgb{};
    for (std::size_t i = 0; i < 3; ++i)
      rgb[i] = std::pow(std::stoi(color.substr(1 + 2 * i, 2), nullptr, 16) / 255.0, 2.2);
    const double yellow = protan ? 0.11238 * rgb[0] + 0.88762 * rgb[1] : 0.29275 * rgb[0] + 0.70725 * rgb[1];
    return std::pair(std::cbrt(yellow), std::cbrt(rgb[2]));  // about as bright as it looks
  };
  const auto [yellow_a, blue_a] = seen(a);
  const auto [yellow_b, blue_b] = seen(b);
  return std::hypot(yellow_a - yellow_b, blue_a - blue_b);
}

double closest(const StyleBook& styles, bool protan) {
  double distance = 10;
  const std::vector<std::string> names = {"lstm", "adam", "rmsprop", "sgd", "nag"};
  for (const std::string& a : names)
    for (const std::string& b : names)
      if (a < b) distance = std::min(distance, seen_distance(styles.of(a).color, styles.of(b).color, protan));
  return distance;
}

}  // namespace

TEST_CASE("colours follow the paper, the same for the same label everywhere") {
  ReportInput input = synthetic_run();
  Curve other = input.experiments[0].curves[7];
  other.optimizer = "mnist-adam";  // tuned otherwise, printed alike
  input.experiments[1].curves.push_back(other);
  other.optimizer = "adam-default";
  other.label = "ADAM, default";
  input.experiments[1].curves.push_back(other);
  const StyleBook styles(input.experiments);
  CHECK(styles.of("adam").color == "#d62728");
  CHECK(styles.of("mnist-adam").color == styles.of("adam").color);
  CHECK(styles.of("adam-default").color != styles.of("adam").color);
  CHECK(styles.of("lstm").color == kLearnedColor);
  CHECK(styles.of("lstm").dash.empty());
  CHECK_FALSE(styles.of("sgd").dash.empty());
  CHECK(styles.of("lstm").width > styles.of("adam").width);
}

TEST_CASE("styles: fifteen learned optimizers look different, in either palette") {
  Experiment experiment;
  for (int i = 0; i < 15; ++i) {
    Curve curve;
    curve.optimizer = curve.label = fmt::format("lstm-{}", i);
    curve.learned = true;
    experiment.curves.push_back(curve);
  }
  for (const Palette palette : {Palette::paper, Palette::colour_blind}) {
    const StyleBook styles({experiment}, palette);
    std::set<std::pair<std::string, std::string>> looks;
    for (const Curve& curve : experiment.curves)
      looks.emplace(styles.of(curve.optimizer).color, styles.of(curve.optimizer).dash);
    CHECK(looks.size() == 15);
    CHECK(styles.of("lstm-4").dash.empty());
  }
}

TEST_CASE("styles: rules without a colour of their own look different from all others, in either palette") {
  ReportInput input = synthetic_run();
  for (int i = 0; i < 6; ++i) {
    Curve curve = input.experiments[0].curves[7];
    curve.optimizer = curve.label = curve.rule = fmt::format("new-{}", i);
    input.experiments[0].curves.push_back(curve);
  }
  for (const Palette palette : {Palette::paper, Palette::colour_blind}) {
    const StyleBook styles(input.experiments, palette);
    std::set<std::string> colors;
    for (const Curve& curve : input.experiments[0].curves) colors.insert(styles.of(curve.optimizer).color);
    CHECK(colors.size() == input.experiments[0].curves.size());
    CHECK(styles.of("new-0").marker != styles.of("new-1").marker);
  }
}

TEST_CASE("the second palette is told apart without red or green cones, which the paper's is not") {
  const ReportInput input = synthetic_run();
  const StyleBook paper(input.experiments), safe(input.experiments, Palette::colour_blind);
  for (const bool protan : {false, true}) {
    CHECK(closest(safe, protan) > 0.09);
    CHECK(closest(safe, protan) > 1.5 * closest(paper, protan));
  }
}
