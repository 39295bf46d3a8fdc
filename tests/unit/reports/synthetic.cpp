#include "tests/unit/reports/synthetic.hpp"

#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/digest.hpp"
#include "core/random.hpp"

namespace l2l::reports {
namespace {

struct Shape {
  const char* name;
  const char* label;
  double start, end, rate;
};

Curve make_curve(const std::string& experiment, const Shape& shape, int horizon, std::size_t seeds,
                 double scale = 1) {
  Curve curve;
  curve.experiment = experiment;
  curve.optimizee = experiment == "quadratics" ? "quad" : "mnist-mlp";
  curve.optimizer = shape.name;
  curve.rule = shape.name;
  curve.label = shape.label;
  curve.learned = curve.rule == "lstm";
  curve.horizon = horizon;
  const RandomStream stream(seed_from(experiment + shape.name));
  curve.losses = xt::xtensor<float, 3>({1, seeds, static_cast<std::size_t>(horizon) + 1});
  for (std::size_t seed = 0; seed < seeds; ++seed) {
    curve.seeds.push_back(seed);
    for (int t = 0; t <= horizon; ++t) {
      const std::uint64_t index = seed * 2000 + static_cast<std::uint64_t>(t);
      const double noise = std::exp(0.15 * stream.normal(index) + 0.2 * stream.normal(seed + 1000000));
      const double mean = shape.end * scale + (shape.start - shape.end * scale) * std::exp(-shape.rate * t);
      curve.losses(0, seed, t) = static_cast<float>(t == 0 ? shape.start : mean * noise);
    }
  }
  if (curve.learned) return curve;
  curve.learning_rate = 0.1;
  for (int i = 0; i < 9; ++i) {
    const double rate = 1e-4 * std::pow(10, 0.75 * i);
    const double off = std::log10(rate / 0.1);
    curve.tune_rates.push_back(rate);
    curve.tune_losses.push_back(off > 2 ? std::numeric_limits<double>::infinity()
                                        : shape.end * scale + 0.3 * off * off);
  }
  curve.learning_rate = curve.tune_rates[4];
  return curve;
}

const Shape kQuadratics[] = {{"lstm", "LSTM", 10, 0.15, 0.08},         {"sgd", "SGD", 10, 0.89, 0.04},
                             {"momentum", "Momentum", 10, 0.23, 0.06}, {"nag", "NAG", 10, 0.38, 0.05},
                             {"rprop", "Rprop", 10, 0.51, 0.05},       {"adagrad", "Adagrad", 10, 0.67, 0.05},
                             {"rmsprop", "RMSprop", 10, 0.66, 0.05},   {"adam", "ADAM", 10, 0.32, 0.05}};
const Shape kMnist[] = {{"lstm", "LSTM", 2.3, 0.28, 0.15},
                        {"sgd", "SGD", 2.3, 0.44, 0.03},
                        {"nag", "NAG", 2.3, 0.31, 0.05},
                        {"rmsprop", "RMSprop", 2.3, 0.42, 0.04},
                        {"adam", "ADAM", 2.3, 0.34, 0.05}};

JobSource make_source(const char* kind, const std::string& label) {
  return {kind, sha256_hex(label), label, 0, 0, true};
}

/// Two evaluations of half the seeds each, behind a tuning or a phi.
void add_sources(Curve& curve) {
  std::string name = curve.optimizer + " on " + curve.optimizee;
  for (const auto& [axis, value] : curve.coordinates) name += ", " + axis + " " + value;
  curve.budget = curve.learned ? Budget{1e6, 5e5, 90, "1 training, 50 horizons of 100 steps, validation"}
                               : Budget{1212, 1200, 3, "9 rates, 4 problems, 100 steps"};
  curve.step_cost = StepCost{1, curve.learned ? 9e6 : 1e6, curve.learned ? 0.012 : 0.001};
  curve.sources = {make_source(curve.learned ? "select" : "tune", "prepare " + name)};
  const std::uint64_t half = curve.seeds.size() / 2;
  for (const std::uint64_t first : {std::uint64_t{0}, half}) {
    JobSource source =
        make_source("evaluate", fmt::format("evaluate {}, {}, seeds {}..", curve.experiment, name, first));
    source.first_seed = first;
    source.seeds = half;
    curve.sources.push_back(source);
  }
}

Claim make_claim(const char* id, const char* kind, const char* experiment, const char* statement) {
  Claim claim;
  claim.id = id;
  claim.kind = kind;
  claim.experiment = experiment;
  claim.statement = statement;
  claim.source = "paper, section 3";
  claim.optimizer = "lstm";
  return claim;
}

UpdatePicture make_updates() {
  UpdatePicture picture{"updates", "a made-up coordinate", {}};
  for (const int step : {1, 10, 100}) {
    UpdatePicture::Panel& panel = picture.panels.emplace_back();
    panel.step = step;
    panel.seen = 1.0 / step;
    panel.proposals = {{"lstm", "LSTM", {}}, {"sgd", "SGD", {}}, {"adam", "ADAM", {}}};
    for (int i = 0; i <= 80; ++i) {
      const double g = (i - 40) / 10.0 * panel.seen;
      panel.gradients.push_back(g);
      panel.proposals[0].updates.push_back(-0.3 * std::tanh(2 * g));
      panel.proposals[1].updates.push_back(-0.2 * g);
      panel.proposals[2].updates.push_back(g < 0 ? 0.25 : -0.25);
    }
  }
  return picture;
}

}  // namespace

ReportInput synthetic_run() {
  ReportInput input;
  input.suite_name = "synthetic";
  input.title = "A synthetic run";
  input.description = "Made-up curves that look like real ones.";
  input.command = "./l2lbench run suites/synthetic.yaml";
  input.manifest = {
      {"finished", "2026-11-23T21:00:00Z"}, {"machine", "2 x AVX-512"}, {"revision", "0123abcd"}};

  Experiment quadratics{"quadratics", "Quadratics", {}}, mnist{"mnist", "MNIST", {}},
      sweep{"arch", "Architectures", {}};
  for (const Shape& shape : kQuadratics)
    quadratics.curves.push_back(make_curve("quadratics", shape, 100, 64));
  Curve& rmsprop = quadratics.curves[6];
  for (int t = 30; t <= 100; ++t) rmsprop.losses(0, 0, t) = 1e20F;
  for (const char* units : {"20", "40"}) {
    for (const Shape& shape : kMnist) {
      mnist.curves.push_back(make_curve("mnist", shape, 200, 32, units[0] == '2' ? 1.0 : 0.8));
      mnist.curves.back().coordinates = {{"optimizee.hidden_units", units}};
    }
  }
  for (const char* layers : {"1", "2"}) {
    for (const char* units : {"5", "20", "35", "50", "65", "80"}) {
      for (const Shape& shape : kMnist) {
        const double scale = (1 + 5 / std::atof(units)) * (layers[0] == '2' ? 1.6 : 1);
        sweep.curves.push_back(make_curve("arch", shape, 20, 16, scale));
        sweep.curves.back().coordinates = {{"optimizee.hidden_units", units},
                                           {"optimizee.hidden_layers", layers}};
      }
    }
  }
  sweep.curves.back().losses(0, 15, 20) = std::numeric_limits<float>::quiet_NaN();
  input.experiments = {quadratics, mnist, sweep};
  for (Experiment& experiment : input.experiments) {
    for (Curve& curve : experiment.curves) add_sources(curve);
  }
  input.failures = {{make_source("evaluate", "evaluate adam on cifar"), "the file data_batch_1 is gone"}};
  input.failures[0].job.stored = false;

  for (const char* optimizee : {"quad", "mnist-mlp"}) {
    MetaTraining training;
    training.key = sha256_hex(std::string("training on ") + optimizee);
    training.optimizer = "lstm";
    training.label = "LSTM";
    training.optimizee = optimizee;
    training.learning_rate = 0.01;
    const RandomStream stream(seed_from(optimizee));
    for (std::uint64_t epoch = 0; epoch < 40; ++epoch) {
      const double loss = 0.4 + 2 * std::exp(-0.2 * static_cast<double>(epoch));
      training.train_losses.push_back(loss * std::exp(0.05 * stream.normal(epoch)));
      training.validation_losses.push_back(loss * std::exp(0.08 * stream.normal(100 + epoch)));
    }
    training.selected_epoch = 38;
    training.seconds = 321;
    input.meta_trainings.push_back(training);
  }

  Figure curves;
  curves.name = "quadratics";
  curves.experiments = {"quadratics"};
  input.figures.push_back(curves);
  curves.name = "mnist";
  curves.title = "MNIST, steps 1 to 100";
  curves.experiments = {"mnist"};
  curves.last_step = 100;
  input.figures.push_back(curves);
  curves.name = "both";
  curves.title = "";
  curves.experiments = {"quadratics", "mnist"};
  curves.normalise = true;
  input.figures.push_back(curves);
  Figure scatter;
  scatter.name = "architectures";
  scatter.title = "Final loss against the network's size";
  scatter.kind = FigureKind::scatter;
  scatter.experiments = {"arch"};
  scatter.x_axis = "optimizee.hidden_units";
  scatter.panel_axis = "optimizee.hidden_layers";
  input.figures.push_back(scatter);
  curves.name = "quantiles";
  curves.normalise = false;
  curves.experiments = {"quadratics"};
  curves.band = Band::quantiles;
  input.figures.push_back(curves);
  curves.name = "flop";
  curves.title = "Over FLOP";
  curves.band = Band::mean;
  curves.x = Cost::flop;
  input.figures.push_back(curves);
  Figure runs;
  runs.name = "profile";
  runs.title = "Performance profile";
  runs.kind = FigureKind::profile;
  runs.experiments = {"quadratics", "mnist"};
  input.figures.push_back(runs);
  runs.name = "reached";
  runs.title = "";
  runs.kind = FigureKind::reached;
  runs.experiments = {"mnist"};
  runs.target = 0.4;
  input.figures.push_back(runs);
  runs.name = "reached-in-time";
  runs.x = Cost::seconds;
  input.figures.push_back(runs);
  runs.name = "updates";
  runs.kind = FigureKind::updates;
  runs.experiments = {"quadratics"};
  input.figures.push_back(runs);
  input.updates.push_back(make_updates());

  Claim below = make_claim("quad-below", "below", "quadratics", "LSTM is below SGD and NAG after 100 steps");
  below.against = {"sgd", "nag"};
  below.paper_value = 0.041;
  Claim wrong = make_claim("mnist-wrong", "at_most", "mnist", "LSTM reaches 0.01 | a planted wrong claim");
  wrong.threshold = 0.01;
  wrong.statistic = Statistic::median;
  Claim fails = make_claim("quad-fails", "fails", "quadratics", "RMSprop fails");
  fails.optimizer = "rmsprop";
  fails.against = {"adam"};
  Claim close = make_claim("mnist-close", "at_most", "mnist", "LSTM reaches 0.285");
  close.where = {{"optimizee.hidden_units", "20"}};
  close.threshold = 0.285;
  close.statistic = Statistic::median;
  Claim missing = make_claim("cifar", "below", "cifar", "LSTM is below ADAM on CIFAR-10");
  missing.against = {"adam"};
  input.claims = {below, wrong, fails, close, missing};
  return input;
}

ReportInput replicated_run() {
  constexpr std::size_t kReplicas = 3;
  ReportInput input = synthetic_run();
  for (Experiment& experiment : input.experiments) {
    for (Curve& curve : experiment.curves) {
      if (!curve.learned) continue;
      const xt::xtensor<float, 3> once = curve.losses;
      const std::vector<JobSource> sources = curve.sources;
      curve.losses = xt::xtensor<float, 3>({kReplicas, once.shape(1), once.shape(2)});
      for (std::size_t r = 0; r < kReplicas; ++r) {
        for (std::size_t i = 0; i < once.shape(1); ++i)
          for (std::size_t t = 0; t < once.shape(2); ++t)
            curve.losses(r, i, t) = once(0, i, t) * (t == 0 ? 1.0F : 1.0F + 0.2F * static_cast<float>(r));
        for (JobSource source : sources) {
          if (r == 0) continue;
          source.replica = r;
          source.key = sha256_hex(fmt::format("{}, replica {}", source.label, r));
          curve.sources.push_back(std::move(source));
        }
      }
    }
  }
  Curve& lstm = input.experiments.back().curves.front();
  lstm.losses(2, 3, 20) = std::numeric_limits<float>::infinity();
  const std::vector<MetaTraining> trainings = std::move(input.meta_trainings);
  input.meta_trainings.clear();
  for (const MetaTraining& training : trainings) {
    for (std::size_t r = 0; r < kReplicas; ++r) {
      MetaTraining& replica = input.meta_trainings.emplace_back(training);
      replica.replica = r;
      replica.replicas = kReplicas;
      if (r > 0) replica.key = sha256_hex(fmt::format("{} {}", training.key, r));
      for (double& loss : replica.validation_losses) loss *= 1 + 0.1 * static_cast<double>(r);
    }
  }
  return input;
}

NamedRun earlier_run(ReportInput run, const std::string& name) {
  for (Curve& curve : run.experiments[0].curves) {
    if (curve.optimizer != "sgd") continue;
    for (float& loss : curve.losses) loss *= 1.1F;
  }
  for (Claim& claim : run.claims) {
    if (claim.id == "mnist-wrong") claim.threshold = 1;  // what is contradicted now held
  }
  return {name, std::move(run)};
}

Figure synthetic_heat_map(const std::string& experiment) {
  Figure figure;
  figure.name = "heat-map";
  figure.title = "Final loss over the network's size";
  figure.kind = FigureKind::heat_map;
  figure.experiments = {experiment};
  figure.x_axis = "optimizee.hidden_units";
  figure.y_axis = "optimizee.hidden_layers";
  return figure;
}

}  // namespace l2l::reports
