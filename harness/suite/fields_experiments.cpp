// The fields of a suite: experiments with their axes, figures, claims and the gate.
#include <algorithm>

#include "harness/suite/fields.hpp"
#include "harness/suite/optimizer_axes.hpp"
#include "optimizees/kinds.hpp"

namespace l2l {

using namespace schema;

namespace {

/// Test problems of a cell.
struct Seeds {
  std::uint64_t count = 1, first = 0, per_job = 16;
};

std::vector<std::string> axis_names() {
  std::vector<std::string> names;
  for (const Field& axis : suite::axes()) names.push_back(axis.name);
  return names;
}

/// The axes as fields of an object, each turned into what `wrap` makes of its node.
template <class Wrap>
std::vector<Field> axis_fields(Wrap wrap) {
  std::vector<Field> fields;
  for (const Field& axis : suite::axes())
    fields.push_back(schema::optional(axis.name, wrap(axis.node), axis.doc));
  return fields;
}

Node axis_values_node() {
  return object(axis_fields([](const Node& node) { return node; }));
}

}  // namespace

template <>
const Fields<Seeds>& fields() {
  const double most = 9e15;  // below 2^53
  static const Fields<Seeds> described = {
      field("count", &Seeds::count, integer(1, most), "fresh problems per cell").required(),
      field("first", &Seeds::first, integer(0, most), "the first one"),
      field("per_job", &Seeds::per_job, integer(1, 1'000'000), "how many one job evaluates")};
  return described;
}

namespace {

/// How many, or an object.
FieldOf<Cell> seeds_field() {
  const Node object = fields<Seeds>().node();
  return custom_field<Cell>(
      "seeds", any_of({object.fields.front().node, object}),
      [](Cell& cell, const nlohmann::json& value) {
        const Seeds seeds =
            value.is_object() ? fields<Seeds>().read(value) : fields<Seeds>().read({{"count", value}});
        cell.seeds = seeds.count;
        cell.first_seed = seeds.first;
        cell.seeds_per_job = seeds.per_job;
      },
      [](const Cell& cell, Form form) {
        return fields<Seeds>().write({cell.seeds, cell.first_seed, cell.seeds_per_job}, form);
      },
      "test problems: how many, or {count, first, per_job}");
}

/// Of a claim: the cell that it picks.
FieldOf<ClaimSpec> where_field() {
  std::vector<Field> where = axis_fields([](const Node& node) { return node; });
  where.insert(where.begin(), schema::optional("optimizee", name(), "name of the optimizee"));
  return custom_field<ClaimSpec>(
      "where", object(std::move(where)),
      [](ClaimSpec& claim, const nlohmann::json& value) {
        for (const auto& [key, condition] : value.items()) claim.where[key] = suite::coordinate(condition);
      },
      [](const ClaimSpec& claim, Form) { return nlohmann::json(claim.where); },
      "picks one cell of the experiment");
}

}  // namespace

template <>
const Fields<Cell>& fields() {
  static const Fields<Cell> described = {
      field("name", &Cell::experiment, name(), "of the experiment").required(),
      field("horizon", &Cell::horizon, suite::horizon_node(), "steps of an evaluation")
          .axis("steps of an evaluation"),
      field("tune_horizon", &Cell::tune_horizon, suite::horizon_node(),
            "steps that baselines are tuned for; default: the horizon")
          .optional(),
      seeds_field().required()};
  return described;
}

template <>
const Fields<FigureSpec>& fields() {
  using S = FigureSpec;
  const Node steps = integer(1, 100'000), first = integer(0, 100'000), any = number(-1e300, 1e300);
  const Node axis = choice(axis_names());
  static const Fields<S> described = {
      {field("name", &S::name, name(), "of the file").required(),
       field("title", &S::title, text(), "above the figure"),
       field("kind", &S::kind, "see [Figures](#figures-1)").required(),
       field("experiments", &S::experiments, set(name()), "one panel each, or one for each point of a sweep")
           .required(),
       field("log_y", &S::log_y,
             "logarithmic loss (of a heat map: where its losses span more than a factor of 10)"),
       field("y_low", &S::y_low, any, "lower end of the loss axis, or of a heat map's colours"),
       field("y_high", &S::y_high, any, "upper end of the loss axis, or of a heat map's colours"),
       field("columns", &S::columns, integer(1, 2),
             "of a printed page that it takes (`report --style paper`)"),
       field("first_step", &S::first_step, first, "first step shown").of({"curves"}),
       field("x_axis", &S::x_axis, axis, "the axis on x").required().of({"scatter", "heat-map"}),
       field("panel_axis", &S::panel_axis, axis, "one panel per value of this axis")
           .optional()
           .of({"scatter"}),
       field("y_axis", &S::y_axis, axis, "the axis on y").required().of({"heat-map"}),
       field("target", &S::target, number(1e-300, 1e300), "loss; with `normalise` a share of the initial one")
           .required()
           .of({"reached"}),
       field("last_step", &S::last_step, steps, "last step shown; default: the horizon")
           .of({"curves", "heat-map", "profile", "reached"}),
       field("normalise", &S::normalise, "plot f(theta_t) / f(theta_0)").of({"curves", "heat-map"}),
       field("normalise", &S::normalise, "target is a share of f(theta_0)").of({"reached"}),
       field("x", &S::x,
             "what x counts, see [Costs](#costs); of one problem, from the start of its evaluation; default: "
             "steps")
           .optional()
           .of({"curves", "reached"}),
       field("band", &S::band,
             "mean: with its 95 % bootstrap interval; quantiles: the median, and 10 % to 90 % of seeds")
           .of({"curves"}),
       field("loss_axis", &S::own_loss_axes, choice({"shared", "own"}), "one for all panels, or each its own")
           .of({"curves"}),
       field("optimizers", &S::optimizers, set(name()), "the first one is learned, all see its gradients")
           .required()
           .of({"updates"}),
       field("steps", &S::steps, set(steps), "one panel each").required().of({"updates"})},
      "kind"};
  return described;
}

template <>
const Fields<ClaimSpec>& fields() {
  using S = ClaimSpec;
  const Node step = integer(0, 100'000), any = number(-1e300, 1e300), share = number(0, 100);
  static const Fields<S> described = {
      {field("id", &S::id, name(), "of the claim").required(),
       field("statement", &S::statement, text(), "in our words").required(),
       field("source", &S::source, text(), "where it stands in the paper"),
       field("kind", &S::kind,
             choice({"below", "fails", "at_most", "at_least", "close", "ratio", "within", "no_convergence",
                     "most_seeds", "most_points", "advantage"}),
             "what is compared with what, see [Claims](#claims)")
           .required(),
       field("experiment", &S::experiment, name(), "name of the experiment").required(),
       where_field().optional(),
       field("optimizer", &S::optimizer, name(), "whose loss it is about").required(),
       field("first_step", &S::first_step, step,
             "compared are means of the losses from this step to `step`, in place of those at `step`"),
       field("step", &S::step, step, "at which the losses are compared").required(),
       field("confidence", &S::confidence, number(0.5, 0.9999), "of the intervals"),
       field("paper_value", &S::paper_value, any, "the paper's number"),
       field("against", &S::against, set(name()), "the other optimizers")
           .required()
           .of({"below", "fails", "close", "ratio", "most_seeds", "most_points", "advantage"}),
       field("statistic", &S::statistic, choice({"geometric-mean", "median", "mean"}),
             "of the ratio of the losses on a problem (mean: of their difference) over problems; default: "
             "geometric-mean")
           .of({"below", "fails", "close", "ratio", "most_points"}),
       field("statistic", &S::statistic, choice({"mean", "median"}),
             "of the loss over problems; default: mean, which fewer than 528 problems cannot decide about")
           .of({"at_most", "at_least", "within"}),
       field("statistic", &S::statistic, choice({"median", "mean"}),
             "of the ratio of the two losses of a problem (mean: of their difference); default: median")
           .of({"no_convergence"}),
       field("margin", &S::margin, share, "share by which the loss may be above: 0.1 is 10 %")
           .required()
           .of({"close"}),
       field("ratio", &S::ratio, number(1e-6, 1e6), "to the loss of each of `against`, at most")
           .required()
           .of({"ratio"}),
       field("margin", &S::margin, share, "share of paper_value by which the loss may be off: 0.1 is 10 %")
           .required()
           .of({"within"}),
       field("share", &S::share, number(1e-6, 1e6), "of the loss at from_step, above which the loss ends")
           .of({"no_convergence"}),
       field("from_step", &S::from_step, step, "the step that `step` is compared with")
           .of({"no_convergence"}),
       field("share", &S::share, number(0, 0.9999), "of the seeds, more than which it wins")
           .required()
           .of({"most_seeds"}),
       field("more_than", &S::more_than, integer(0, 1e6), "points: it holds at more points than this")
           .required()
           .of({"most_points"}),
       field("than", &S::than, name(), "the optimizee on which the advantage is smaller")
           .required()
           .of({"advantage"}),
       field("minimum_effect", &S::minimum_effect, number(0, 0.99),
             "share of the other's loss below which a difference does not count")
           .of({"below", "fails", "most_seeds", "most_points", "advantage"}),
       field("threshold", &S::threshold, any, "that the loss is compared with")
           .required()
           .of({"at_most", "at_least"})},
      "kind"};
  return described;
}

template <>
const Fields<reports::GateSettings>& fields() {
  using S = reports::GateSettings;
  static const Fields<S> described = {
      field("false_alarms", &S::false_alarms, number(1e-6, 0.5),
            "probability of an alarm where nothing changed, over all tests of a comparison"),
      field("final_loss", &S::final_loss, number(0, 100),
            "smallest increase that is a regression: 0.02 is 2 %"),
      field("mean_loss", &S::mean_loss, number(0, 100), "the same for the mean loss over the horizon"),
      field("steps_to_target", &S::steps_to_target, number(0, 100),
            "the same for the steps to the loss that the baseline has half way"),
      field("diverged_share", &S::diverged_share, number(0, 1), "of all seeds, absolute"),
      field("retrained", &S::retrained, number(0, 100),
            "in place of the first three where phi was trained anew and has other bits")};
  return described;
}

namespace suite {

std::string coordinate(const nlohmann::json& value) {
  if (value.is_number_integer()) return fmt::format("{}", value.get<std::int64_t>());
  if (value.is_number()) return fmt::format("{}", value.get<double>());
  return value.get<std::string>();
}

namespace {

/// Adds the axes of a kind of optimizees, so that each kind's own order is kept.
void merge_axes(std::vector<Field>& axes, const std::vector<Field>& of_kind) {
  auto place = axes.end();
  for (auto axis = of_kind.rbegin(); axis != of_kind.rend(); ++axis) {
    const auto known =
        std::find_if(axes.begin(), axes.end(), [&](const Field& field) { return field.name == axis->name; });
    place = known != axes.end() ? known : axes.insert(place, *axis);
  }
}

void add_axes(std::vector<Field>& axes, const std::string& prefix, std::vector<Field> more) {
  for (Field& axis : more) {
    axis.name = prefix + axis.name;
    axes.push_back(std::move(axis));
  }
}

}  // namespace

const std::vector<Field>& axes() {
  static const std::vector<Field> fields = [] {
    std::vector<Field> axes = l2l::fields<Cell>().axes(), of_optimizees;
    for (const OptimizeeKind* kind : optimizee_kinds()) merge_axes(of_optimizees, kind->axes());
    add_axes(axes, "optimizee.", std::move(of_optimizees));
    add_axes(axes, "optimizer.", optimizer_axes());
    return axes;
  }();
  return fields;
}

Node experiment_node() {
  std::vector<Field> fields = l2l::fields<Cell>().common_fields();
  fields.insert(fields.begin() + 1, {defaulted("title", text(), "", "for reports; default: the name"),
                                     required("optimizees", set(name()), "names of optimizees"),
                                     required("optimizers", set(name()), "names of optimizers")});
  fields.push_back(schema::optional("axes", object(axis_fields([](const Node& axis) { return set(axis); })),
                                    "the product of these values is evaluated"));
  fields.push_back(
      schema::optional("points", set(axis_values_node()), "an explicit list instead of a product"));
  Node node = object(std::move(fields));
  node.exclusive = {{"axes", "points"}};
  return node;
}

}  // namespace suite
}  // namespace l2l
