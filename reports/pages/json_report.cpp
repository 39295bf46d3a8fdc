#include "reports/pages/json_report.hpp"

#include <algorithm>
#include <cmath>

#include "core/json.hpp"
#include "core/utf8.hpp"
#include "reports/claims/contrast.hpp"
#include "reports/pages/csv_tables.hpp"
#include "reports/pages/provenance.hpp"
#include "reports/results/equal_cost.hpp"
#include "reports/results/report_input.hpp"
#include "reports/statistics/statistics.hpp"

namespace l2l::reports {
namespace {

using Json = nlohmann::ordered_json;

Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json number(const std::optional<double>& value) {
  return value ? number(*value) : Json(nullptr);
}

Json numbers(const std::vector<double>& values) {
  Json list = Json::array();
  for (const double value : values) list.push_back(number(value));
  return list;
}

Json texts(const std::map<std::string, std::string>& values) {
  Json object = Json::object();
  for (const auto& [name, value] : values) object[name] = value;
  return object;
}

/// Repairs all texts: JSON is UTF-8.
void repair(Json& json) {
  if (json.is_string()) json = valid_utf8(json.get_ref<const std::string&>());
  if (json.is_structured()) std::for_each(json.begin(), json.end(), repair);
}

Json summary_json(const Summary& summary) {
  return {{"n", summary.n},
          {"diverged", summary.diverged},
          {"mean", number(summary.mean)},
          {"standard_error", number(summary.standard_error)},
          {"low", number(summary.interval.low)},
          {"high", number(summary.interval.high)},
          {"median", number(summary.median)}};
}

Json source_json(const JobSource& source) {
  Json json = {
      {"kind", source.kind}, {"key", source.key}, {"label", source.label}, {"stored", source.stored}};
  if (source.seeds > 0) {
    json["first_seed"] = source.first_seed;
    json["seeds"] = source.seeds;
  }
  if (source.replica > 0) json["replica"] = source.replica;
  return json;
}

Json budget_json(const std::optional<Budget>& budget) {
  if (!budget) return nullptr;
  return {{"functions", number(budget->functions)},
          {"gradients", number(budget->gradients)},
          {"seconds", number(budget->seconds)},
          {"spent_on", budget->spent_on}};
}

Json step_cost_json(const std::optional<StepCost>& cost) {
  if (!cost) return nullptr;
  return {{"gradients", number(cost->gradients)},
          {"flop", number(cost->flop)},
          {"seconds", number(cost->seconds)}};
}

Json equal_costs_json(const Experiment& experiment, SummaryCache& cache) {
  Json list = Json::array();
  for (const SweepPoint& point : sweep_points(experiment)) {
    for (const EqualCost& equal : equal_costs(point)) {
      const Summary& there = cache.steps(*equal.baseline)[static_cast<std::size_t>(equal.step)];
      list.push_back({{"optimizee", point.optimizee},
                      {"coordinates", texts(point.coordinates)},
                      {"optimizer", equal.baseline->optimizer},
                      {"learned", equal.learned->optimizer},
                      {"cost", equal.cost_word()},
                      {"steps", number(equal.steps)},
                      {"step", equal.step},
                      {"reached", equal.ran_on()},
                      {"loss", summary_json(there)}});
    }
  }
  return list;
}

Json curve_json(const Curve& curve, SummaryCache& cache) {
  Json json = {{"optimizee", curve.optimizee},
               {"optimizee_label", curve.optimizee_label},
               {"coordinates", texts(curve.coordinates)},
               {"optimizer", curve.optimizer},
               {"label", curve.label},
               {"rule", curve.rule},
               {"learned", curve.learned},
               {"horizon", curve.horizon},
               {"seeds", curve.seeds.size()},
               {"replicas", curve.replicas()},
               {"complete", curve.complete},
               {"learning_rate", number(curve.learning_rate)},
               {"settings", curve.settings},
               {"budget", budget_json(curve.budget)},
               {"step_cost", step_cost_json(curve.step_cost)},
               {"tuning",
                {{"learning_rates", numbers(curve.tune_rates)},
                 {"losses", numbers(curve.tune_losses)},
                 {"settings", curve.tune_settings},
                 {"no_rate_works", curve.no_rate_works},
                 {"edge_of_grid", curve.edge_of_grid}}},
               {"steps", Json::array()},
               {"diverged", Json::array()},
               {"jobs", Json::array()}};
  if (!curve.seeds.empty()) {
    const std::vector<Summary>& summaries = cache.steps(curve);
    const std::vector<double> between = between_replicas(curve);
    for (const int step : summary_steps(curve.horizon)) {
      Json entry = {{"step", step}};
      entry.update(summary_json(summaries[static_cast<std::size_t>(step)]));
      entry["between_replicas"] = number(between[static_cast<std::size_t>(step)]);
      json["steps"].push_back(std::move(entry));
    }
  }
  for (const DivergedSeed& diverged : diverged_seeds(curve))
    json["diverged"].push_back({{"seed", diverged.seed},
                                {"step", diverged.step},
                                {"replica", diverged.replica},
                                {"key", evaluation_key(curve, diverged)}});
  for (const JobSource& source : curve.sources) json["jobs"].push_back(source_json(source));
  return json;
}

Json effect_json(const std::optional<Effect>& effect) {
  if (!effect) return nullptr;
  return {{"of", effect->of},
          {"value", number(effect->value)},
          {"low", number(effect->interval.low)},
          {"high", number(effect->interval.high)}};
}

Json point_json(const PointVerdict& point) {
  Json json = {{"optimizee", point.optimizee},
               {"coordinates", texts(point.coordinates)},
               {"verdict", to_string(point.verdict)},
               {"reason", point.reason},
               {"notes", point.notes},
               {"trainings", point.trainings},
               {"measured", point.measured ? summary_json(*point.measured) : Json(nullptr)},
               {"effect", effect_json(point.effect)},
               {"comparisons", Json::array()}};
  for (const Comparison& other : point.comparisons) {
    json["comparisons"].push_back(
        {{"optimizer", other.optimizer},
         {"label", other.label},
         {"measured", summary_json(other.summary)},
         {"difference", summary_json(other.difference)},
         {"ratio", effect_json(other.ratio)},
         {"wins", {{"below", other.wins.below}, {"above", other.wins.above}, {"ties", other.wins.ties}}}});
  }
  return json;
}

Json claim_json(const ClaimVerdict& verdict) {
  const Claim& claim = verdict.claim;
  Json json = {{"id", claim.id},
               {"verdict", to_string(verdict.verdict)},
               {"reason", verdict.reason},
               {"about", verdict.about},
               {"statistic", statistic_text(claim)},
               {"p_value", number(verdict.p_value)},
               {"p_holm", number(verdict.p_holm)},
               {"effect", effect_json(verdict.effect)},
               {"figure", verdict.figure},
               {"statement", claim.statement},
               {"source", claim.source},
               {"kind", claim.kind},
               {"experiment", claim.experiment},
               {"where", texts(claim.where)},
               {"optimizer", claim.optimizer},
               {"against", claim.against},
               {"first_step", claim.first_step.value_or(claim.step)},
               {"step", claim.step},
               {"threshold", number(threshold_of(claim))},
               {"confidence", claim.confidence},
               {"minimum_effect", claim.minimum_effect},
               {"paper_value", number(claim.paper_value)},
               {"points", Json::array()}};
  for (const PointVerdict& point : verdict.points) json["points"].push_back(point_json(point));
  return json;
}

Json changes_json(const Changes& changes) {
  return {{"since", changes.since},
          {"shared_claims", changes.shared_claims},
          {"changed_claims", changes.claims.rows.size()},
          {"shared_results", changes.shared_results},
          {"changed_results", changes.results.rows.size()}};
}

Json training_json(const MetaTraining& training) {
  return {{"key", training.key},
          {"optimizer", training.optimizer},
          {"label", training.label},
          {"optimizee", training.optimizee},
          {"optimizee_label", training.optimizee_label},
          {"replica", training.replica},
          {"learning_rate", number(training.learning_rate)},
          {"selected_epoch", training.selected_epoch},
          {"train_losses", numbers(training.train_losses)},
          {"validation_losses", numbers(training.validation_losses)},
          {"seconds", number(training.seconds)}};
}

}  // namespace

std::string json_report(const ReportInput& input, const std::vector<ClaimVerdict>& verdicts,
                        const std::vector<FigurePage>& figures, SummaryCache& cache,
                        const std::optional<Changes>& changes) {
  Json json = {
      {"format", "l2lbench-report"},
      {"version", kReportFormatVersion},
      {"suite", {{"name", input.suite_name}, {"title", input.title}, {"description", input.description}}},
      {"command", input.command},
      {"manifest", Json::array()},
      {"notes", input.notes},
      {"failures", Json::array()},
      {"changes", changes ? changes_json(*changes) : Json()},
      {"claims", Json::array()},
      {"experiments", Json::array()},
      {"meta_trainings", Json::array()},
      {"figures", Json::array()}};
  for (const auto& [name, value] : input.manifest)
    json["manifest"].push_back({{"name", name}, {"value", value}});
  for (const Failure& failure : input.failures) {
    Json entry = source_json(failure.job);
    entry["message"] = failure.message;
    json["failures"].push_back(std::move(entry));
  }
  for (const ClaimVerdict& verdict : verdicts) json["claims"].push_back(claim_json(verdict));
  for (const Experiment& experiment : input.experiments) {
    Json curves = Json::array();
    for (const Curve& curve : experiment.curves) curves.push_back(curve_json(curve, cache));
    json["experiments"].push_back({{"name", experiment.name},
                                   {"title", experiment.title},
                                   {"curves", curves},
                                   {"equal_cost", equal_costs_json(experiment, cache)}});
  }
  for (const MetaTraining& training : input.meta_trainings)
    json["meta_trainings"].push_back(training_json(training));
  for (const FigurePage& page : figures)
    json["figures"].push_back(
        {{"name", page.chart.name}, {"title", page.chart.title}, {"caption", page.caption}});
  repair(json);
  return json.dump(2) + "\n";
}

}  // namespace l2l::reports
