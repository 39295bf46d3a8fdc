#include "reports/gate/self_test.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/parallel.hpp"
#include "core/random.hpp"
#include "reports/gate/gate.hpp"
#include "reports/gate/recorded_series.hpp"
#include "reports/gate/speed.hpp"

namespace l2l::reports {
namespace {

enum class Noise { independent, drift, outliers };

constexpr int kRounds = 24, kBenchmarks = 6, kCells = 8, kSeeds = 64;
constexpr std::array kNoises = {Noise::independent, Noise::drift, Noise::outliers};

/// Numbers of one simulated comparison, drawn one after the other.
class Draws {
 public:
  Draws(std::uint64_t seed, std::uint64_t stream) : stream_(seed, stream) {}
  double uniform() { return stream_.uniform(at_++); }
  double between(double low, double high) { return low + (high - low) * uniform(); }
  std::size_t below(std::size_t bound) { return stream_.below(at_++, bound); }

 private:
  RandomStream stream_;
  std::uint64_t at_ = 0;
};

/// ln of one time after the other, as the machine goes on.
class Machine {
 public:
  Machine(Draws& draws, Noise noise) : draws_(draws), noise_(noise) {}

  double log_time(std::span<const float> recorded) {
    double value = recorded[draws_.below(recorded.size())];
    if (noise_ == Noise::drift) {
      if (left_ == 0) {
        left_ = 3 + draws_.below(28);
        slow_ = !slow_;
      }
      --left_;
      if (slow_) value += std::log(1.1);
    }
    if (noise_ == Noise::outliers && draws_.uniform() < 0.02) value += std::log(draws_.between(2, 10));
    return value;
  }

 private:
  Draws& draws_;
  Noise noise_;
  std::size_t left_ = 0;
  bool slow_ = false;
};

GateVerdict simulate_speed(Noise noise, double slowdown, std::uint64_t seed, std::uint64_t index) {
  constexpr std::array<std::array<int, 3>, 6> kOrders = {
      {{0, 1, 2}, {2, 0, 1}, {1, 2, 0}, {2, 1, 0}, {0, 2, 1}, {1, 0, 2}}};
  Draws draws(seed, index);
  Machine machine(draws, noise);
  const auto recorded = recorded_times();
  std::vector<SpeedSeries> series(kBenchmarks);
  for (int round = 0; round < kRounds; ++round) {
    for (const int who : kOrders[static_cast<std::size_t>(round) % kOrders.size()]) {
      for (std::size_t b = 0; b < series.size(); ++b) {  // one process runs all benchmarks
        const double change = who == 2 && b == 0 ? std::log1p(slowdown) : 0;
        const double time = std::exp(machine.log_time(recorded[b % recorded.size()].log_times) + change);
        (who == 0 ? series[b].baseline : who == 1 ? series[b].control : series[b].candidate).push_back(time);
      }
    }
  }
  SpeedSettings settings;
  settings.intervals = false;  // they decide nothing but "inconclusive"
  return compare_speed(series, {}, settings).verdict;
}

float loss_with(Draws& draws, Noise noise, double log_loss) {
  if (noise == Noise::outliers && draws.uniform() < 0.02) {
    const double factor = draws.between(2, 100);
    if (factor > 80) return std::numeric_limits<float>::infinity();
    log_loss += std::log(factor);
  }
  return static_cast<float>(std::exp(log_loss));
}

GateCell cell_of(int number, const char* digest) {
  GateCell cell;
  cell.experiment = cell.optimizee = "simulated";
  cell.optimizer = fmt::format("{}", number);
  cell.horizon = 100;
  cell.jobs["job"] = digest;
  cell.target = 1;
  return cell;
}

/// Half of the ratio goes to either run: both are alike before anything changes.
GateVerdict simulate_quality(Noise noise, double loss, double minimum, std::uint64_t seed,
                             std::uint64_t index) {
  Draws draws(seed, index);
  const auto finals = recorded_final_ratios(), means = recorded_mean_ratios();
  GateRun baseline, candidate;
  baseline.settings.final_loss = baseline.settings.mean_loss = minimum;
  for (int c = 0; c < kCells; ++c) {
    GateCell before = cell_of(c, "before"), after = cell_of(c, "after");
    double moved = 0;
    if (noise == Noise::drift) {
      after.phi = "trained anew";
      moved = draws.between(std::log(0.9), std::log(1.1));
    }
    if (c == 0) moved += std::log1p(loss);
    for (int s = 0; s < kSeeds; ++s) {
      const double sign = draws.below(2) == 0 ? 1 : -1;
      const double level = draws.between(-4, 0);  // problems differ by more than runs do
      const double final_ratio = sign * finals[draws.below(finals.size())] + moved;
      const double mean_ratio = sign * means[draws.below(means.size())] + moved;
      for (GateCell* cell : {&before, &after}) {
        const double half = cell == &after ? 0.5 : -0.5;
        cell->seeds.push_back(static_cast<std::uint64_t>(s));
        cell->final_loss.push_back(loss_with(draws, noise, level - 2 + half * final_ratio));
        const float mean = loss_with(draws, noise, level + half * mean_ratio);
        cell->mean_loss.push_back(std::isinf(cell->final_loss.back()) ? cell->final_loss.back() : mean);
        const double steps = 50 * std::exp(half * mean_ratio) + draws.between(-1, 1);
        cell->steps_to_target.push_back(std::isinf(cell->final_loss.back()) ? 101 : static_cast<int>(steps));
      }
    }
    baseline.cells.push_back(std::move(before));
    candidate.cells.push_back(std::move(after));
  }
  return compare_runs(baseline, candidate, /*intervals=*/false).verdict;
}

const char* name_of(Noise noise) {
  switch (noise) {
    case Noise::independent:
      return "independent";
    case Noise::drift:
      return "10 % drift between blocks";
    case Noise::outliers:
      return "2 % outliers";
  }
  return "";
}

template <class Simulate>
SelfTestRow row_of(std::string gate, Noise noise, std::string change, int comparisons, Simulate simulate) {
  std::vector<GateVerdict> verdicts(static_cast<std::size_t>(comparisons));
  parallel_for(verdicts.size(), [&](std::size_t i) { verdicts[i] = simulate(i); });
  const auto share = [&](GateVerdict verdict) {
    return static_cast<double>(std::count(verdicts.begin(), verdicts.end(), verdict)) / comparisons;
  };
  return {std::move(gate),
          name_of(noise),
          std::move(change),
          comparisons,
          share(GateVerdict::regression),
          share(GateVerdict::inconclusive)};
}

}  // namespace

std::vector<SelfTestRow> gate_self_test(int comparisons, std::uint64_t seed) {
  std::vector<SelfTestRow> rows;
  std::uint64_t stream = seed;
  for (const Noise noise : kNoises) {
    for (const double slowdown : {0.0, 0.03, 0.05, 0.10}) {
      const std::uint64_t own = ++stream;
      rows.push_back(row_of("speed", noise,
                            slowdown == 0 ? "none" : fmt::format("{:g} % slower", 100 * slowdown),
                            slowdown == 0 ? comparisons : comparisons / 4,
                            [&](std::size_t i) { return simulate_speed(noise, slowdown, own, i); }));
    }
  }
  for (const Noise noise : kNoises) {
    for (const double minimum : {GateSettings{}.final_loss, 0.005}) {
      for (const double loss : {0.0, 0.01, 0.02, 0.05}) {
        const std::uint64_t own = ++stream;
        rows.push_back(row_of(fmt::format("quality, {:g} % matters",
                                          100 * (noise == Noise::drift ? GateSettings{}.retrained : minimum)),
                              noise, loss == 0 ? "none" : fmt::format("{:g} % worse", 100 * loss),
                              loss == 0 ? comparisons : comparisons / 4,
                              [&](std::size_t i) { return simulate_quality(noise, loss, minimum, own, i); }));
      }
      if (noise == Noise::drift) break;  // another minimum holds there
    }
  }
  return rows;
}

std::string self_test_markdown(const std::vector<SelfTestRow>& rows) {
  std::string table =
      "| gate | noise | change | comparisons | alarms | inconclusive |\n|---|---|---|---:|---:|---:|\n";
  for (const SelfTestRow& row : rows) {
    table += fmt::format("| {} | {} | {} | {} | {:.2f} %{} | {:.2f} % |\n", row.gate, row.noise, row.change,
                         row.comparisons, 100 * row.alarms, row.change == "none" ? " false" : "",
                         100 * row.inconclusive);
  }
  return table;
}

bool within_goal(const std::vector<SelfTestRow>& rows) {
  return std::all_of(rows.begin(), rows.end(), [](const SelfTestRow& row) {
    return row.change != "none" || row.alarms <= kMostFalseAlarms;
  });
}

}  // namespace l2l::reports
