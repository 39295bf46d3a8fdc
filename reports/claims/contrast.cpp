#include "reports/claims/contrast.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "reports/results/results.hpp"

namespace l2l::reports {
namespace {

using Matrix = xt::xtensor<double, 2>;  // (replicas, problems)

/// Most of the variance that one problem may have without a word.
constexpr double kLargeShare = 0.2;

/// a - b; 0 where they are equal, infinities too.
double less(double a, double b) {
  return a == b ? 0 : a - b;
}

double mean_of_values(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// The mean over replicas of every problem.
std::vector<double> over_replicas(const Matrix& values) {
  std::vector<double> means(values.shape(1));
  for (std::size_t i = 0; i < means.size(); ++i) {
    double sum = 0;
    for (std::size_t r = 0; r < values.shape(0); ++r) sum += values(r, i);
    means[i] = sum / static_cast<double>(values.shape(0));
  }
  return means;
}

Matrix logarithms(Matrix losses) {
  for (double& loss : losses) loss = loss > 0 ? std::log(loss) : -std::numeric_limits<double>::infinity();
  return losses;
}

bool all_finite(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
}

/// The number of each problem, and where trainings were repeated, what each of them has.
struct Sample {
  std::vector<double> problems;
  std::vector<std::vector<double>> trainings;  ///< of one optimizer each
};

EstimatorPtr estimate(const Sample& sample, Statistic statistic, Doubt of_mean = Doubt::unseen) {
  std::vector<Term> terms;
  terms.push_back(
      {statistic == Statistic::median
           ? estimate_median(sample.problems)
           : estimate_mean(sample.problems, statistic == Statistic::mean ? of_mean : Doubt::signs)});
  for (const std::vector<double>& effects : sample.trainings)
    terms.push_back({estimate_training_effect(effects)});
  return combine(std::move(terms));
}

/// What each replica has, were it the only one of its optimizer: of rows of `values` less what is `beside`
/// them.
std::vector<double> of_replicas(const Matrix& values, const std::vector<double>& beside,
                                Statistic statistic) {
  std::vector<double> effects;
  for (std::size_t r = 0; r < values.shape(0); ++r) {
    std::vector<double> row;
    for (std::size_t i = 0; i < values.shape(1); ++i) row.push_back(less(values(r, i), beside[i]));
    effects.push_back(statistic == Statistic::median ? median(row) : mean_of_values(row));
  }
  return effects;
}

/// Of what is in `own` less what is in `other`.
Sample difference_of(const Matrix& own, const Matrix& other, Statistic statistic) {
  const std::vector<double> a = over_replicas(own), b = over_replicas(other);
  Sample sample;
  for (std::size_t i = 0; i < a.size(); ++i) sample.problems.push_back(less(a[i], b[i]));
  if (own.shape(0) > 1) sample.trainings.push_back(of_replicas(own, b, statistic));
  if (other.shape(0) > 1) sample.trainings.push_back(of_replicas(other, a, statistic));
  return sample;
}

Effect effect_of(const std::string& of, const Estimator& estimator, double alpha, bool logarithm) {
  const Interval interval = estimator.interval(alpha);
  if (!logarithm) return {of, estimator.value(), interval};
  return {of, std::exp(estimator.value()), {std::exp(interval.low), std::exp(interval.high)}};
}

std::string note_on_variance(const std::vector<double>& problems) {
  if (!all_finite(problems)) return "";
  const double share = largest_share_of_variance(problems);
  return share > kLargeShare ? fmt::format("one problem carries {:.0f} % of the variance", 100 * share) : "";
}

/// By the logarithm of the ratio of the losses in `own` and `other`, at ln(factor).
Contrast ratio_contrast(const Claim& claim, const Matrix& own, const Matrix& other, double factor,
                        const std::string& of) {
  Statistic statistic = statistic_of(claim);
  const Matrix a = logarithms(own), b = logarithms(other);
  Sample sample = difference_of(a, b, statistic);
  Contrast contrast;
  if (statistic == Statistic::geometric_mean && !all_finite(sample.problems)) {
    statistic = Statistic::median;
    sample = difference_of(a, b, statistic);
    const auto infinite = std::count_if(sample.problems.begin(), sample.problems.end(),
                                        [](double value) { return !std::isfinite(value); });
    contrast.note =
        fmt::format("judged by the median, since on {} of {} problems one diverged or has no loss left",
                    infinite, sample.problems.size());
  } else if (statistic != Statistic::median) {
    contrast.note = note_on_variance(sample.problems);
  }
  contrast.estimator = estimate(sample, statistic);
  contrast.at = std::log(factor);
  contrast.effect = effect_of(fmt::format("{} ({})", of, to_string(statistic)), *contrast.estimator,
                              1 - claim.confidence, true);
  return contrast;
}

Contrast difference_contrast(const Claim& claim, const Matrix& own, Matrix other, double factor,
                             const std::string& of) {
  const EstimatorPtr unscaled = estimate(difference_of(own, other, Statistic::mean), Statistic::mean);
  Contrast contrast;
  contrast.effect = effect_of(of + " (mean)", *unscaled, 1 - claim.confidence, false);
  for (double& loss : other) loss *= factor;
  const Sample sample = difference_of(own, other, Statistic::mean);
  contrast.note = note_on_variance(sample.problems);
  contrast.estimator = estimate(sample, Statistic::mean);
  return contrast;
}

}  // namespace

Statistic statistic_of(const Claim& claim) {
  if (claim.statistic) return *claim.statistic;
  if (claim.kind == "at_most" || claim.kind == "at_least" || claim.kind == "within") return Statistic::mean;
  return claim.kind == "no_convergence" ? Statistic::median : Statistic::geometric_mean;
}

const char* to_string(Statistic statistic) {
  switch (statistic) {
    case Statistic::mean:
      return "mean";
    case Statistic::geometric_mean:
      return "geometric mean";
    case Statistic::median:
      return "median";
  }
  return "";
}

std::string statistic_text(const Claim& claim) {
  return claim.kind == "most_seeds" ? "share" : to_string(statistic_of(claim));
}

Doubt doubt_of(const Claim& claim, double loss) {
  if (statistic_of(claim) != Statistic::mean) return Doubt::signs;
  const bool is_level = claim.kind == "at_most" || claim.kind == "at_least";
  return is_level && loss > claim.threshold ? Doubt::signs : Doubt::unseen;
}

Contrast contrast_of(const Claim& claim, const Curve& own, const Curve& other, double factor) {
  const Pairs pairs = pairs_of(own, other, claim);
  if (statistic_of(claim) == Statistic::mean)
    return difference_contrast(claim, pairs.own, pairs.other, factor, "loss - that of " + other.label);
  return ratio_contrast(claim, pairs.own, pairs.other, factor, "loss / that of " + other.label);
}

Contrast contrast_with(const Claim& claim, const Curve& own, double number) {
  const Statistic statistic = statistic_of(claim);
  const Matrix losses = claimed_losses(own, claim);
  Sample sample;
  sample.problems = over_replicas(losses);
  if (losses.shape(0) > 1)
    sample.trainings.push_back(of_replicas(losses, std::vector<double>(losses.shape(1), 0.0), statistic));
  const bool all_positive = std::all_of(losses.begin(), losses.end(), [](double loss) { return loss >= 0; });
  Contrast contrast;
  contrast.at = number;
  contrast.estimator = estimate(sample, statistic, all_positive ? Doubt::unseen_above : Doubt::unseen);
  if (statistic == Statistic::mean) contrast.note = note_on_variance(sample.problems);
  contrast.effect = effect_of(fmt::format("loss ({})", to_string(statistic)), *contrast.estimator,
                              1 - claim.confidence, false);
  return contrast;
}

Contrast contrast_with_start(const Claim& claim, const Curve& own) {
  Claim first = claim;
  first.step = claim.from_step;
  first.first_step.reset();
  const Matrix end = claimed_losses(own, claim), start = claimed_losses(own, first);
  const std::string when =
      claim.from_step == 0 ? "initial loss" : fmt::format("that at step {}", claim.from_step);
  if (statistic_of(claim) == Statistic::mean)
    return difference_contrast(claim, end, start, claim.share, "loss - " + when);
  return ratio_contrast(claim, end, start, claim.share, "loss / " + when);
}

Advantage advantage_over(const Claim& claim, const Curve& own, const Curve& other) {
  const Pairs pairs = pairs_of(own, other, claim);
  const Matrix a = logarithms(pairs.own), b = logarithms(pairs.other);
  Advantage advantage;
  advantage.over = other.label;
  if (pairs.size() == 0) return advantage;
  advantage.problems = difference_of(b, a, Statistic::geometric_mean).problems;
  if (!all_finite(advantage.problems)) advantage.problems.clear();
  for (const double own_effect : of_replicas(a, over_replicas(b), Statistic::geometric_mean))
    advantage.trainings.push_back(-own_effect);
  return advantage;
}

EstimatorPtr advantage_difference(const Advantage& here, const Advantage& there) {
  std::vector<Term> terms;
  terms.push_back({estimate_mean(here.problems, Doubt::signs), 1});
  terms.push_back({estimate_mean(there.problems, Doubt::signs), -1});
  if (here.trainings.size() > 1 && here.trainings.size() == there.trainings.size()) {
    std::vector<double> differences;
    for (std::size_t r = 0; r < here.trainings.size(); ++r)
      differences.push_back(here.trainings[r] - there.trainings[r]);
    terms.push_back({estimate_training_effect(differences)});
  }
  return combine(std::move(terms));
}

Wins wins_of(const Claim& claim, const Curve& own, const Curve& other) {
  const Pairs pairs = pairs_of(own, other, claim);
  const std::vector<double> a = over_replicas(pairs.own), b = over_replicas(pairs.other);
  Wins wins;
  for (std::size_t i = 0; i < a.size(); ++i)
    ++(a[i] < b[i] ? wins.below : a[i] > b[i] ? wins.above : wins.ties);
  return wins;
}

}  // namespace l2l::reports
