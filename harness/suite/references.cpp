// Figures and claims: what they refer to must exist, or a report would be silently empty.
#include <algorithm>
#include <set>

#include "harness/suite/questions.hpp"
#include "harness/suite/resolve.hpp"
#include "harness/suite/spec_names.hpp"

namespace l2l::suite {
namespace {

std::optional<int> optional_int(const Value& value, std::string_view key) {
  const Value* found = value.find(key);
  if (found == nullptr) return std::nullopt;
  return static_cast<int>(found->integer);
}

std::optional<double> optional_number(const Value& value, std::string_view key) {
  const Value* found = value.find(key);
  if (found == nullptr) return std::nullopt;
  return found->number;
}

std::string text_or_empty(const Value& value, std::string_view key) {
  const Value* found = value.find(key);
  return found == nullptr ? "" : found->text;
}

std::vector<std::string> axes_of(const ExperimentSpec& experiment) {
  std::set<std::string> names;
  for (const Cell& cell : experiment.cells)
    for (const auto& [axis, value] : cell.coordinates) names.insert(axis);
  return {names.begin(), names.end()};
}

void require_axis(const ExperimentSpec& experiment, const std::string& axis, const Where& where) {
  const std::vector<std::string> known = axes_of(experiment);
  if (std::count(known.begin(), known.end(), axis) == 0)
    fail(where, fmt::format("experiment '{}' has no axis '{}'", experiment.name, axis),
         known.empty() ? "it has no axes" : suggest(axis, known));
}

void check_figure_of(const FigureSpec& figure, const Value& value, const ExperimentSpec& experiment) {
  for (const std::string key : {"x_axis", "y_axis", "panel_axis"})
    if (const Value* axis = value.find(key); axis != nullptr)
      require_axis(experiment, axis->text, axis->where);
  int longest = 0;
  for (const Cell& cell : experiment.cells) longest = std::max(longest, cell.horizon);
  for (const std::string key : {"first_step", "last_step"})
    if (const Value* step = value.find(key); step != nullptr && step->integer > longest)
      fail(step->where, fmt::format("figure '{}': step {} is beyond the horizon ({}) of experiment '{}'",
                                    figure.name, step->integer, longest, experiment.name));
}

/// A cell of a heat map is one point of the sweep: no axis but the two, which differ.
void check_heat_map(const FigureSpec& figure, const Value& value, const ExperimentSpec& experiment) {
  if (figure.x_axis == figure.y_axis)
    fail(value.at("y_axis").where, fmt::format("figure '{}': y_axis is also its x_axis", figure.name));
  for (const std::string& axis : axes_of(experiment))
    if (axis != figure.x_axis && axis != figure.y_axis)
      fail(value.where,
           fmt::format("figure '{}': experiment '{}' has the axis '{}' beside x_axis and y_axis, so that a "
                       "cell would be several points",
                       figure.name, experiment.name, axis),
           "show it as a scatter, or give the heat map an experiment of two axes");
}

/// Does the `where` of a claim pick this cell?
bool picks(const ClaimSpec& claim, const Cell& cell) {
  return std::all_of(claim.where.begin(), claim.where.end(), [&](const auto& condition) {
    if (condition.first == "optimizee") return cell.optimizee.name == condition.second;
    const auto found = cell.coordinates.find(condition.first);
    return found != cell.coordinates.end() && found->second == condition.second;
  });
}

void check_where(const Value& where, const ExperimentSpec& experiment) {
  for (const Entry& condition : where.entries) {
    std::vector<std::string> known;
    if (condition.key != "optimizee") require_axis(experiment, condition.key, condition.where);
    for (const Cell& cell : experiment.cells) {
      const auto found = cell.coordinates.find(condition.key);
      if (condition.key == "optimizee") known.push_back(cell.optimizee.name);
      if (found != cell.coordinates.end()) known.push_back(found->second);
    }
    const std::string given = coordinate(condition.value);
    if (std::count(known.begin(), known.end(), given) > 0) continue;
    const std::set<std::string> distinct(known.begin(), known.end());
    fail(condition.value.where,
         fmt::format("experiment '{}' has no {} '{}'", experiment.name, condition.key, given),
         fmt::format("it has {}", fmt::join(distinct, ", ")));
  }
}

/// An advantage is compared with that on another optimizee of the same experiment.
void check_than(const ClaimSpec& claim, const ExperimentSpec& experiment, const Value& than) {
  std::vector<std::string> known;
  for (const Cell& cell : experiment.cells)
    if (std::count(known.begin(), known.end(), cell.optimizee.name) == 0)
      known.push_back(cell.optimizee.name);
  if (std::count(known.begin(), known.end(), than.text) == 0)
    fail(than.where, fmt::format("experiment '{}' has no optimizee '{}'", experiment.name, than.text),
         suggest(than.text, known));
  const auto chosen = claim.where.find("optimizee");
  if (chosen == claim.where.end() || chosen->second == than.text)
    fail(than.where,
         fmt::format("claim '{}': 'where' must pick another optimizee than '{}'", claim.id, than.text));
}

/// How many points of the experiment (optimizee and coordinates) a claim is about.
std::size_t points_picked(const ClaimSpec& claim, const ExperimentSpec& experiment) {
  std::set<std::pair<std::string, std::map<std::string, std::string>>> points;
  for (const Cell& cell : experiment.cells)
    if (picks(claim, cell)) points.insert({cell.optimizee.name, cell.coordinates});
  return points.size();
}

/// The shortest horizon among the cells of `optimizer` that a claim is about; there is at least one.
int shortest_picked(const ClaimSpec& claim, const ExperimentSpec& experiment, const Value& optimizer) {
  std::vector<std::string> known;
  std::optional<int> shortest;
  for (const Cell& cell : experiment.cells) {
    if (std::count(known.begin(), known.end(), cell.optimizer.name) == 0)
      known.push_back(cell.optimizer.name);
    if (cell.optimizer.name == optimizer.text && picks(claim, cell))
      shortest = std::min(shortest.value_or(cell.horizon), cell.horizon);
  }
  if (std::count(known.begin(), known.end(), optimizer.text) == 0)
    fail(optimizer.where,
         fmt::format("experiment '{}' has no optimizer '{}'", experiment.name, optimizer.text),
         suggest(optimizer.text, known));
  if (!shortest)
    fail(claim.location,
         fmt::format("claim '{}': 'where' picks no cell of experiment '{}'", claim.id, experiment.name));
  return *shortest;
}

/// The optimizers of an updates figure: in its one experiment, coordinatewise, the first one learned.
void bind_updates(FigureSpec& figure, const Value& value, const Suite& suite) {
  const Value& experiments = value.at("experiments");
  if (experiments.items.size() != 1)
    fail(experiments.where, fmt::format("figure '{}': updates are shown of one experiment", figure.name));
  const ExperimentSpec& experiment = resolve(suite.experiments, experiments.items.front(), "experiment");
  int longest = 0;
  for (const Value& name : value.at("optimizers").items) {
    const auto cell = std::find_if(experiment.cells.begin(), experiment.cells.end(),
                                   [&](const Cell& each) { return each.optimizer.name == name.text; });
    if (cell == experiment.cells.end())
      fail(name.where, fmt::format("experiment '{}' has no optimizer '{}'", experiment.name, name.text));
    const OptimizerSpec& optimizer = cell->optimizer;
    if (figure.optimizers.empty() && !optimizer.learned)
      fail(name.where,
           fmt::format("figure '{}': the first optimizer is the learned one whose gradients all others see",
                       figure.name));
    const bool coupled = optimizer.learned ? optimizer.learned->architecture.kind != Architecture::lstm
                                           : optimizer.baseline->rule.ends_with("bfgs");
    if (coupled)
      fail(name.where,
           fmt::format("figure '{}': an update of '{}' is no function of one coordinate's gradient",
                       figure.name, name.text));
    figure.optimizers.push_back(name.text);
    longest = std::max(longest, cell->horizon);
  }
  for (const Value& step : value.at("steps").items) {
    if (step.integer > longest)
      fail(step.where, fmt::format("figure '{}': step {} is beyond the horizon ({})", figure.name,
                                   step.integer, longest));
    figure.steps.push_back(static_cast<int>(step.integer));
  }
}

}  // namespace

FigureSpec bind_figure(const Value& value, const Suite& suite) {
  FigureSpec figure;
  figure.name = value.at("name").text;
  figure.title = value.at("title").text;
  figure.kind = value_of<FigureKind>(value.at("kind").text);
  figure.log_y = value.at("log_y").boolean;
  if (const Value* normalise = value.find("normalise"); normalise != nullptr)
    figure.normalise = normalise->boolean;
  if (const Value* band = value.find("band"); band != nullptr)
    figure.band = value_of<reports::Band>(band->text);
  figure.own_loss_axes = text_or_empty(value, "loss_axis") == "own";
  figure.target = optional_number(value, "target").value_or(0);
  figure.columns = optional_int(value, "columns");
  figure.first_step = optional_int(value, "first_step");
  figure.last_step = optional_int(value, "last_step");
  figure.y_low = optional_number(value, "y_low");
  figure.y_high = optional_number(value, "y_high");
  figure.x_axis = text_or_empty(value, "x_axis");
  figure.y_axis = text_or_empty(value, "y_axis");
  figure.panel_axis = text_or_empty(value, "panel_axis");
  if (figure.last_step && *figure.last_step <= figure.first_step.value_or(0))
    fail(value.at("last_step").where,
         fmt::format("figure '{}': last_step must be after first_step", figure.name));
  if (figure.y_low && figure.y_high && *figure.y_low >= *figure.y_high)
    fail(value.at("y_high").where, fmt::format("figure '{}': y_high must be above y_low", figure.name));
  if (figure.log_y)
    for (const std::string key : {"y_low", "y_high"})
      if (const Value* y = value.find(key); y != nullptr && y->number <= 0)
        fail(y->where,
             fmt::format("figure '{}': {} must be above 0 on a logarithmic axis", figure.name, key));
  if (!figure.panel_axis.empty() && figure.panel_axis == figure.x_axis)
    fail(value.at("panel_axis").where,
         fmt::format("figure '{}': panel_axis is also its x_axis", figure.name));
  for (const Value& name : value.at("experiments").items) {
    const ExperimentSpec& experiment = resolve(suite.experiments, name, "experiment");
    check_figure_of(figure, value, experiment);
    if (figure.kind == FigureKind::heat_map) check_heat_map(figure, value, experiment);
    figure.experiments.push_back(experiment.name);
  }
  if (figure.kind == FigureKind::updates) bind_updates(figure, value, suite);
  return figure;
}

ClaimSpec bind_claim(const Value& value, const Suite& suite) {
  ClaimSpec claim;
  claim.location = value.where;
  claim.id = value.at("id").text;
  claim.statement = value.at("statement").text;
  claim.source = value.at("source").text;
  claim.kind = value.at("kind").text;
  claim.optimizer = value.at("optimizer").text;
  claim.step = static_cast<int>(value.at("step").integer);
  claim.confidence = value.at("confidence").number;
  claim.paper_value = optional_number(value, "paper_value");
  claim.threshold = optional_number(value, "threshold").value_or(0);
  claim.margin = optional_number(value, "margin").value_or(0);
  claim.ratio = optional_number(value, "ratio").value_or(1);
  claim.share = optional_number(value, "share").value_or(1);
  claim.from_step = optional_int(value, "from_step").value_or(0);
  if (claim.kind == "no_convergence" && claim.from_step >= claim.step)
    fail(value.at("from_step").where, fmt::format("claim '{}': from_step must be before step", claim.id));
  claim.more_than = optional_int(value, "more_than").value_or(0);
  claim.minimum_effect = optional_number(value, "minimum_effect").value_or(0);
  claim.than = text_or_empty(value, "than");
  if (claim.kind == "within" && claim.paper_value.value_or(0) == 0)
    fail(value.where, fmt::format("claim '{}': kind 'within' needs a paper_value other than 0", claim.id),
         "the claim is that the loss is within margin * paper_value of it");
  claim.first_step = optional_int(value, "first_step");
  if (claim.first_step && *claim.first_step > claim.step)
    fail(value.at("first_step").where,
         fmt::format("claim '{}': first_step must not be after step", claim.id));
  const ExperimentSpec& experiment = resolve(suite.experiments, value.at("experiment"), "experiment");
  claim.experiment = experiment.name;
  if (const Value* where = value.find("where"); where != nullptr) {
    check_where(*where, experiment);
    for (const Entry& condition : where->entries) claim.where[condition.key] = coordinate(condition.value);
  }
  const int horizon = shortest_picked(claim, experiment, value.at("optimizer"));
  if (claim.step > horizon)
    fail(value.at("step").where,
         fmt::format("claim '{}': step {} is beyond the horizon ({}) of experiment '{}'", claim.id,
                     claim.step, horizon, experiment.name));
  if (const std::size_t points = points_picked(claim, experiment);
      claim.kind == "most_points" && static_cast<std::size_t>(claim.more_than) >= points)
    fail(value.at("more_than").where,
         fmt::format("claim '{}': more than {} of {} points cannot be", claim.id, claim.more_than, points));
  if (const Value* than = value.find("than"); than != nullptr) check_than(claim, experiment, *than);
  if (const Value* against = value.find("against"); against != nullptr)
    for (const Value& other : against->items) {
      if (other.text == claim.optimizer)
        fail(other.where, fmt::format("claim '{}' compares '{}' with itself", claim.id, other.text));
      shortest_picked(claim, experiment, other);
      claim.against.push_back(other.text);
    }
  return claim;
}

reports::GateSettings bind_gate(const Value& value) {
  reports::GateSettings gate;
  gate.false_alarms = value.at("false_alarms").number;
  gate.final_loss = value.at("final_loss").number;
  gate.mean_loss = value.at("mean_loss").number;
  gate.steps_to_target = value.at("steps_to_target").number;
  gate.diverged_share = value.at("diverged_share").number;
  gate.retrained = value.at("retrained").number;
  return gate;
}

}  // namespace l2l::suite
