// What the self-test of claims found, for people and for the documentation.
#include <algorithm>
#include <functional>
#include <map>

#include <fmt/format.h>

#include "reports/claims/self_test.hpp"
#include "reports/claims/simulated_runs.hpp"
#include "reports/statistics/distributions.hpp"
#include "reports/text/csv.hpp"

namespace l2l::reports {
namespace {

using Rows = std::vector<ClaimsTestRow>;
using Key = std::function<std::string(const ClaimsTestRow&)>;

Rows wrong_decisions(const Rows& rows) {
  Rows kept;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(kept),
               [](const ClaimsTestRow& row) { return row.effect == 0; });
  return kept;
}

struct Count {
  std::size_t decided = 0, reports = 0;
  double rate() const {
    return reports == 0 ? 0 : static_cast<double>(decided) / static_cast<double>(reports);
  }
};

/// Rates of several rows together, keys in the order in which they first come.
struct Cross {
  std::vector<std::string> down, across;
  std::map<std::pair<std::string, std::string>, Count> counts;
};

void add_key(std::vector<std::string>& keys, const std::string& key) {
  if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
}

Cross cross(const Rows& rows, const Key& down, const Key& across) {
  Cross table;
  for (const ClaimsTestRow& row : rows) {
    const std::string d = down(row), a = across(row);
    add_key(table.down, d);
    add_key(table.across, a);
    Count& count = table.counts[{d, a}];
    count.decided += row.decided;
    count.reports += row.reports;
  }
  return table;
}

std::string markdown(const Cross& table, const std::string& corner) {
  std::string text = fmt::format("| {} | {} |\n|---|", corner, fmt::join(table.across, " | "));
  for (std::size_t i = 0; i < table.across.size(); ++i) text += "---:|";
  text += "\n";
  for (const std::string& down : table.down) {
    text += fmt::format("| {} |", down);
    for (const std::string& across : table.across) {
      const auto found = table.counts.find({down, across});
      text += found == table.counts.end() ? " |" : fmt::format(" {:.2f} % |", 100 * found->second.rate());
    }
    text += "\n";
  }
  return text;
}

std::string claims_of(const ClaimsTestRow& row) {
  return row.claims == 1 ? "1 claim" : fmt::format("{} claims", row.claims);
}
std::string problems_of(const ClaimsTestRow& row) {
  return fmt::format("n = {}", row.problems);
}
std::string trainings_of(const ClaimsTestRow& row) {
  return row.trainings == 1 ? "1 training" : fmt::format("{} trainings", row.trainings);
}

}  // namespace

Rows broken_promises(const Rows& rows) {
  const Rows wrong = wrong_decisions(rows);
  Rows broken;
  for (const ClaimsTestRow& row : wrong) {
    // One in a hundred self-tests may find a row that keeps its promise.
    const double alpha = 0.01 / static_cast<double>(wrong.size());
    if (binomial_interval(static_cast<double>(row.decided), static_cast<double>(row.reports), alpha).low >
        1 - kTestedConfidence)
      broken.push_back(row);
  }
  // Many rows that are a little too bold are seen together only.
  for (const Key& down : {Key(claims_of), Key(problems_of), Key(trainings_of)}) {
    const Cross pooled =
        cross(wrong, down, [](const ClaimsTestRow& row) { return row.claim + ", " + row.law; });
    for (const auto& [key, count] : pooled.counts) {
      const double alpha = 0.01 / static_cast<double>(pooled.counts.size());
      if (binomial_interval(static_cast<double>(count.decided), static_cast<double>(count.reports), alpha)
              .low <= 1 - kTestedConfidence)
        continue;
      ClaimsTestRow row;
      row.claim = key.first + " together";
      row.law = key.second;
      row.problems = row.claims = row.trainings = 0;
      row.reports = count.reports;
      row.decided = count.decided;
      broken.push_back(std::move(row));
    }
  }
  return broken;
}

std::string claims_self_test_csv(const Rows& rows) {
  CsvTable table({"claim", "law", "problems", "claims", "trainings", "effect", "reports", "decided", "rate",
                  "rate_low", "rate_high"});
  for (const ClaimsTestRow& row : rows) {
    const Interval interval = row.interval();
    table.add(row.claim).add(row.law).add(std::uint64_t{row.problems}).add(std::uint64_t{row.claims});
    table.add(std::uint64_t{row.trainings}).add(row.effect).add(std::uint64_t{row.reports});
    table.add(std::uint64_t{row.decided}).add(row.rate()).add(interval.low).add(interval.high);
    table.end_record();
  }
  return table.take();
}

std::string claims_rates_source(const Rows& rows) {
  const Cross pooled = cross(
      wrong_decisions(rows),
      [](const ClaimsTestRow& row) { return fmt::format("{}, {}", row.problems, row.claims); },
      [](const ClaimsTestRow& row) { return row.law; });
  std::string list;
  for (const std::string& down : pooled.down) {
    double worst = 0;
    for (const std::string& law : pooled.across)
      worst = std::max(worst, pooled.counts.at({down, law}).rate());
    list += fmt::format("    {{{}, {:.2g}}},\n", down, worst);
  }
  return fmt::format(
      "// Written by `l2lbench claims --self-test --write-rates`.\n"
      "#include \"reports/claims/measured_rates.hpp\"\n\n"
      "namespace l2l::reports {{\n\n"
      "std::span<const MeasuredRate> measured_rates() {{\n"
      "  static constexpr MeasuredRate kRates[] = {{\n{}  }};\n"
      "  return kRates;\n"
      "}}\n\n"
      "}}  // namespace l2l::reports\n",
      list);
}

std::string claims_self_test_markdown(const Rows& rows) {
  const Rows wrong = wrong_decisions(rows);
  Rows single, power;
  for (const ClaimsTestRow& row : rows) {
    if (row.effect == 0 && row.claims == 1) single.push_back(row);
    if (row.effect > 0 && row.law == "normal" && (row.claim == "below" || row.claim == "at_most (median)"))
      power.push_back(row);
  }
  const auto law = [](const ClaimsTestRow& row) { return row.law; };
  return fmt::format(
             "Reports with a wrong decision at {0:g} %, where {1:g} % may be: all kinds of claims and "
             "trainings together.\n\n",
             100 * kTestedConfidence, 100 * (1 - kTestedConfidence)) +
         markdown(cross(wrong, problems_of, claims_of), "problems") + "\nBy law:\n\n" +
         markdown(cross(wrong, law, claims_of), "law") + "\nBy kind, one claim:\n\n" +
         markdown(cross(
                      single, [](const ClaimsTestRow& row) { return row.claim; }, law),
                  "claim") +
         "\nBy trainings, one claim:\n\n" + markdown(cross(single, trainings_of, law), "trainings") +
         "\nPower, one claim on normal losses whose standard deviation is 20 %: how often it is decided "
         "rightly.\n\n" +
         markdown(cross(
                      power,
                      [](const ClaimsTestRow& row) {
                        return fmt::format("{}, {}, {}", row.claim, trainings_of(row), problems_of(row));
                      },
                      [](const ClaimsTestRow& row) { return fmt::format("{:g} %", 100 * row.effect); }),
                  "effect");
}

}  // namespace l2l::reports
