// The tables of a suite: experiments with their axes, figures and claims.
#include "harness/suite/fields.hpp"
#include "harness/suite/questions.hpp"
#include "harness/suite/suite.hpp"

namespace l2l::suite {
namespace {

std::vector<std::string> axis_names() {
  std::vector<std::string> names;
  for (const Field& axis : axes()) names.push_back(axis.name);
  return names;
}

/// The axes as fields of an object, each turned into what `wrap` makes of its node.
template <class Wrap>
std::vector<Field> axis_fields(Wrap wrap) {
  std::vector<Field> fields;
  for (const Field& axis : axes()) fields.push_back(optional(axis.name, wrap(axis.node), axis.doc));
  return fields;
}

Node axis_values_node() {
  return object(axis_fields([](const Node& node) { return node; }));
}

}  // namespace

const std::vector<Field>& axes() {
  static const std::vector<Field> fields = {
      optional("horizon", horizon_node(), "steps of an evaluation"),
      optional("optimizee.hidden_units", hidden_units_node(), "units of every hidden layer of an mlp"),
      optional("optimizee.hidden_layers", integer(1, kMaxHiddenLayers),
               "hidden layers of the present units of an mlp"),
      optional("optimizee.activation", activation_node(), "of an mlp"),
      optional("optimizee.init_stddev", init_stddev_node(), "of theta_0"),
      optional("optimizee.batch", batch_node(), "minibatch of an mlp or a convnet"),
      optional("optimizee.dimension", dimension_node(), "of a quadratic"),
      optional("optimizee.distribution", distribution_node(), "of a quadratic"),
      optional("optimizee.condition", condition_node(), "of a quadratic with a spectrum"),
      optional("optimizer.architecture", architecture_node(), "of learned optimizers"),
      optional("optimizer.global_cells", global_cells_node(), "of learned optimizers but lstm"),
      optional("optimizer.read_heads", heads_node(), "of learned optimizers with a memory"),
      optional("optimizer.write_heads", heads_node(), "of learned optimizers with a memory"),
      optional("optimizer.memory_init", memory_init_node(), "of learned optimizers with a memory"),
      optional("optimizer.head_init", head_init_node(), "of learned optimizers with a memory"),
      optional("optimizer.history", history_node(), "of ntm-l-bfgs"),
      optional("optimizer.hidden", lstm_hidden_node(), "hidden units per layer of learned optimizers"),
      optional("optimizer.layers", lstm_layers_node(), "layers of learned optimizers"),
      optional("optimizer.trained_horizon", horizon_node(), "horizon of meta-training"),
      optional("optimizer.unroll", unroll_node(), "unroll of meta-training"),
  };
  return fields;
}

Node experiment_node() {
  const double most = 9e15;  // below 2^53
  Node node = object({
      required("name", name(), "of the experiment"),
      defaulted("title", text(), "", "for reports; default: the name"),
      required("optimizees", set(name()), "names of optimizees"),
      required("optimizers", set(name()), "names of optimizers"),
      defaulted("horizon", horizon_node(), Cell{}.horizon, "steps of an evaluation"),
      optional("tune_horizon", horizon_node(), "steps that baselines are tuned for; default: the horizon"),
      required(
          "seeds",
          any_of({integer(1, most), object({required("count", integer(1, most), "fresh problems per cell"),
                                            defaulted("first", integer(0, most), 0, "the first one"),
                                            defaulted("per_job", integer(1, 1'000'000), kDefaultSeedsPerJob,
                                                      "how many one job evaluates")})}),
          "test problems: how many, or {count, first, per_job}"),
      optional("axes", object(axis_fields([](const Node& axis) { return set(axis); })),
               "the product of these values is evaluated"),
      optional("points", set(axis_values_node()), "an explicit list instead of a product"),
  });
  node.exclusive = {{"axes", "points"}};
  return node;
}

Node figure_node() {
  const double steps = 100'000;
  Node node = object({
      required("name", name(), "of the file"),
      defaulted("title", text(), "", "above the figure"),
      required("kind", choice({"curves", "scatter", "profile", "reached", "updates", "heat-map"}),
               "see [Figures](#figures-1)"),
      required("experiments", set(name()), "one panel each, or one for each point of a sweep"),
      defaulted("log_y", boolean(), FigureSpec{}.log_y,
                "logarithmic loss (of a heat map: where its losses span more than a factor of 10)"),
      optional("y_low", number(-1e300, 1e300), "lower end of the loss axis, or of a heat map's colours"),
      optional("y_high", number(-1e300, 1e300), "upper end of the loss axis, or of a heat map's colours"),
      optional("columns", integer(1, 2), "of a printed page that it takes (`report --style paper`)"),
  });
  const Field last = optional("last_step", integer(1, steps), "last step shown; default: the horizon");
  const Field normalise =
      defaulted("normalise", boolean(), FigureSpec{}.normalise, "plot f(theta_t) / f(theta_0)");
  node.discriminator = "kind";
  node.variants = {
      {{"curves"},
       {optional("first_step", integer(0, steps), "first step shown"), last, normalise,
        defaulted("band", choice({"mean", "quantiles"}), "mean",
                  "mean: with its 95 % bootstrap interval; quantiles: the median, and 10 % to 90 % of seeds"),
        defaulted("loss_axis", choice({"shared", "own"}), "shared", "one for all panels, or each its own")}},
      {{"scatter"},
       {required("x_axis", choice(axis_names()), "the axis on x"),
        optional("panel_axis", choice(axis_names()), "one panel per value of this axis")}},
      {{"heat-map"},
       {required("x_axis", choice(axis_names()), "the axis on x"),
        required("y_axis", choice(axis_names()), "the axis on y"), last, normalise}},
      {{"profile"}, {last}},
      {{"reached"},
       {required("target", number(1e-300, 1e300), "loss; with `normalise` a share of the initial one"), last,
        defaulted("normalise", boolean(), FigureSpec{}.normalise, "target is a share of f(theta_0)")}},
      {{"updates"},
       {required("optimizers", set(name()), "the first one is learned, all see its gradients"),
        required("steps", set(integer(1, steps)), "one panel each")}},
  };
  return node;
}

Node claim_node() {
  std::vector<Field> where = axis_fields([](const Node& node) { return node; });
  where.insert(where.begin(), optional("optimizee", name(), "name of the optimizee"));
  const Field against = required("against", set(name()), "the other optimizers");
  const Field margin =
      required("margin", number(0, 100), "share by which the mean loss may be above: 0.1 is 10 %");
  const Field within = required("margin", number(0, 100),
                                "share of paper_value by which the mean loss may be off: 0.1 is 10 %");
  const Field ratio = required("ratio", number(1e-6, 1e6), "to the mean loss of each of `against`, at most");
  const Field start = defaulted("share", number(1e-6, 1e6), ClaimSpec{}.share,
                                "of the loss at from_step, above which the loss ends");
  const Field from = defaulted("from_step", integer(0, 100'000), ClaimSpec{}.from_step,
                               "the step that `step` is compared with");
  const Field seeds = required("share", number(0, 0.9999), "of the seeds, more than which it wins");
  const Field points = required("more_than", integer(0, 1e6), "points: it holds at more points than this");
  const Field effect = defaulted("minimum_effect", number(0, 0.99), ClaimSpec{}.minimum_effect,
                                 "share of the other's loss below which a difference does not count");
  const Field than = required("than", name(), "the optimizee on which the advantage is smaller");
  const Field threshold = required("threshold", number(-1e300, 1e300), "that the mean loss is compared with");
  Node node = object({
      required("id", name(), "of the claim"),
      required("statement", text(), "in our words"),
      defaulted("source", text(), "", "where it stands in the paper"),
      required("kind",
               choice({"below", "fails", "at_most", "at_least", "close", "ratio", "within", "no_convergence",
                       "most_seeds", "most_points", "advantage"}),
               "what is compared with what, see [Claims](#claims)"),
      required("experiment", name(), "name of the experiment"),
      optional("where", object(std::move(where)), "picks one cell of the experiment"),
      required("optimizer", name(), "whose mean loss it is about"),
      optional("first_step", integer(0, 100'000),
               "compared are means of the losses from this step to `step`, in place of those at `step`"),
      required("step", integer(0, 100'000), "at which the losses are compared"),
      defaulted("confidence", number(0.5, 0.9999), ClaimSpec{}.confidence, "of the intervals"),
      optional("paper_value", number(-1e300, 1e300), "the paper's number"),
  });
  node.discriminator = "kind";
  node.variants = {{{"below", "fails"}, {against, effect}},
                   {{"close"}, {against, margin}},
                   {{"ratio"}, {against, ratio}},
                   {{"within"}, {within}},
                   {{"no_convergence"}, {start, from}},
                   {{"most_seeds"}, {against, seeds, effect}},
                   {{"most_points"}, {against, points, effect}},
                   {{"advantage"}, {against, than, effect}},
                   {{"at_most", "at_least"}, {threshold}}};
  return node;
}

Node gate_node() {
  const reports::GateSettings d;
  return object({
      defaulted("false_alarms", number(1e-6, 0.5), d.false_alarms,
                "probability of an alarm where nothing changed, over all tests of a comparison"),
      defaulted("final_loss", number(0, 100), d.final_loss,
                "smallest increase that is a regression: 0.02 is 2 %"),
      defaulted("mean_loss", number(0, 100), d.mean_loss, "the same for the mean loss over the horizon"),
      defaulted("steps_to_target", number(0, 100), d.steps_to_target,
                "the same for the steps to the loss that the baseline has half way"),
      defaulted("diverged_share", number(0, 1), d.diverged_share, "of all seeds, absolute"),
      defaulted("retrained", number(0, 100), d.retrained,
                "in place of the first three where phi was trained anew and has other bits"),
  });
}

}  // namespace l2l::suite
