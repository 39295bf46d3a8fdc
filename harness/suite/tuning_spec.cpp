#include "harness/suite/tuning_spec.hpp"

namespace l2l {

std::vector<SearchRound> rounds_of(const RandomSearch& search, int instances) {
  std::vector<SearchRound> rounds;
  const auto part = [](int whole, int halved) {  // rounded up
    const std::size_t parts = std::size_t{1} << halved;
    return (static_cast<std::size_t>(whole) + parts - 1) / parts;
  };
  for (int r = 0; r <= search.halvings; ++r)
    rounds.push_back({part(search.trials, r), part(instances, search.halvings - r)});
  return rounds;
}

double trajectories_of(const TuningSpec& tuning) {
  if (!tuning.search) return static_cast<double>(tuning.points) * tuning.instances;
  double total = 0, before = 0;
  for (const SearchRound& round : rounds_of(*tuning.search, tuning.instances)) {
    const auto problems = static_cast<double>(round.problems);
    total += static_cast<double>(round.trials) * (problems - before);
    before = problems;
  }
  return total;
}

}  // namespace l2l
