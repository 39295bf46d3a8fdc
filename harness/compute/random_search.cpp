#include "harness/compute/random_search.hpp"

#include <algorithm>
#include <atomic>
#include <numeric>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "core/random.hpp"
#include "harness/compute/trajectories.hpp"
#include "harness/plan/draw.hpp"
#include "harness/suite/suite.hpp"

namespace l2l {
namespace {

double drawn(const SearchRange& range, const RandomStream& stream, std::uint64_t trial) {
  if (!range.choices.empty()) return range.choices[stream.below(trial, range.choices.size())];
  const auto draw = range.draw == Draw::log_uniform ? draw_log_uniform : draw_uniform;
  // Six digits may lie a hair outside.
  return std::clamp(draw(range.low, range.high, stream.uniform(trial)), range.low, range.high);
}

}  // namespace

std::vector<TunedRule> draw_trials(const TunedRule& baseline, const RandomSearch& search,
                                   const std::string& seed) {
  const auto stream_of = [&](const std::string& name) {
    return RandomStream(seed_from(fmt::format("random search of {} {}", name, seed)));
  };
  std::vector<TunedRule> trials(static_cast<std::size_t>(search.trials), baseline);
  for (std::size_t i = 0; i < trials.size(); ++i) {
    for (const auto& [name, range] : search.over)
      trials[i].hyperparameters[name] = drawn(range, stream_of(name), i);
    if (!search.schedules.empty())
      trials[i].schedule = search.schedules[stream_of(kScheduleName).below(i, search.schedules.size())];
  }
  return trials;
}

RandomSearchResult search_at_random(const OptimizeeFamily& family, const TuningRequest& request,
                                    const std::string& seed,
                                    const std::function<void(double fraction)>& progress,
                                    const std::function<void()>& check_stop) {
  L2L_CHECK(request.tuning.search.has_value(), "rule={}", request.baseline.rule->name);
  const RandomSearch& search = *request.tuning.search;
  RandomSearchResult result;
  result.trials = draw_trials(request.baseline, search, seed);
  const std::size_t count = result.trials.size();
  std::vector<double> sums(count, 0.0);
  result.losses.resize(count);
  result.problems.resize(count, 0);
  std::vector<std::size_t> alive(count);
  std::iota(alive.begin(), alive.end(), std::size_t{0});
  const auto better = [&](std::size_t a, std::size_t b) { return result.losses[a] < result.losses[b]; };

  const double total = trajectories_of(request.tuning);
  std::atomic<std::size_t> done = 0;
  for (const SearchRound& round : rounds_of(search, request.tuning.instances)) {
    std::stable_sort(alive.begin(), alive.end(), better);
    alive.resize(round.trials);
    parallel_for(alive.size(), [&](std::size_t place) {
      const std::size_t i = alive[place], more = round.problems - result.problems[i];
      sums[i] =
          add_target_losses(family, request, result.trials[i], result.problems[i], more, sums[i], check_stop);
      result.problems[i] = round.problems;
      result.losses[i] = finite_mean(sums[i], round.problems * target_steps(request));
      done += more;
      progress(static_cast<double>(done) / total);
    });
    std::sort(alive.begin(), alive.end());  // ties go to the first drawn
  }
  result.best = *std::min_element(alive.begin(), alive.end(), better);
  return result;
}

}  // namespace l2l
