// A horizon of truncated unrolls with ADAM on phi after each, through the code that meta-trains.
#include <optional>

#include <fmt/format.h>

#include "core/error.hpp"
#include "harness/conformance_lstm.hpp"
#include "harness/conformance_quadratics.hpp"
#include "harness/horizon.hpp"

namespace l2l {
namespace {

struct GoldenTraining {
  GoldenLstm lstm;
  GoldenQuadratics functions;
  std::size_t unroll = 0, unrolls = 0;
  double learning_rate = 0;
};

struct UnrollResult {
  double meta_loss;
  std::vector<double> dphi, phi;
};

GoldenTraining read_training(const GoldenObject& file) {
  GoldenTraining golden;
  golden.lstm = read_lstm(file);
  golden.functions = read_quadratics(file);
  const GoldenObject cfg = file.object("cfg");
  while (file.has(fmt::format("unroll{}", golden.unrolls))) ++golden.unrolls;
  if (cfg.number_or("unrolls", static_cast<double>(golden.unrolls)) != static_cast<double>(golden.unrolls))
    cfg.fail("unrolls", fmt::format("the file has {}", golden.unrolls));
  const double k = cfg.number("K");
  if (!(k >= 1 && k <= 1e6)) cfg.fail("K", fmt::format("{} steps", k));
  golden.unroll = static_cast<std::size_t>(k);
  golden.learning_rate = cfg.number("meta_lr");
  const std::pair<const char*, double> constants[] = {
      {"beta1", MetaAdam::kBeta1}, {"beta2", MetaAdam::kBeta2}, {"eps", MetaAdam::kEpsilon}};
  for (const auto& [key, ours] : constants)
    if (cfg.number_or(key, ours) != ours) cfg.fail(key, fmt::format("meta-training's is {}", ours));
  return golden;
}

template <class Real>
void replay_in(const GoldenObject& file, const GoldenTraining& golden, GoldenReplay& replay) {
  const std::size_t count = golden.functions.count, n = golden.functions.dimension;
  FunctionBatch<Real> functions = make_functions<Real>(golden.functions);
  LearnedOptimizer<Real> optimizer(golden.lstm.spec, PhiAssignment::shared(n));
  MetaAdam adam(golden.lstm.phi.size());
  std::vector<double> phi = golden.lstm.phi;
  HorizonSettings settings;
  settings.unroll = golden.unroll;
  settings.horizon = golden.unroll * golden.unrolls;

  std::vector<UnrollResult> unrolls;
  const HorizonResult result = train_horizon<Real>(
      optimizer, functions, settings, [&](std::size_t) { return golden.learning_rate; }, phi, adam,
      [&](const UnrollReport& report) {
        unrolls.push_back({report.meta_loss,
                           {report.dphi.begin(), report.dphi.end()},
                           {report.phi.begin(), report.phi.end()}});
      });
  if (unrolls.size() != golden.unrolls) throw Error(ErrorCode::format, "the horizon diverged in the replay");

  if (const auto losses = file.array_if("losses")) {
    if (losses->data.size() != (settings.horizon + 1) * count)
      file.fail("losses", fmt::format("shape {}, expected ({}, {})", shape_text(losses->shape),
                                      settings.horizon + 1, count));
    std::vector<double> mean(settings.horizon + 1, 0.0);
    for (std::size_t i = 0; i < losses->data.size(); ++i)
      mean[i / count] += losses->data[i] / static_cast<double>(count);
    const std::vector<Real> actual(result.losses.begin(), result.losses.end());
    replay.compare<Real>("losses, mean over functions", actual, mean, tolerances::kTrajectory);
  }
  for (std::size_t u = 0; u < unrolls.size(); ++u) {
    const std::string name = fmt::format("unroll{}", u);
    const GoldenObject expected = file.object(name);
    const auto compare = [&](const char* key, const std::vector<double>& actual, const Tolerance& tolerance) {
      if (!expected.has(key)) return;
      const std::vector<double> values =
          expected.json()[key].is_number() ? std::vector{expected.number(key)} : expected.array(key).data;
      replay.compare<Real>(name + "." + key, std::vector<Real>(actual.begin(), actual.end()), values,
                           tolerance);
    };
    compare("meta_loss", {unrolls[u].meta_loss}, tolerances::kTrajectory);
    compare("dphi_flat", unrolls[u].dphi, tolerances::kMetaGradient);
    compare("phi_after_flat", unrolls[u].phi, tolerances::kMetaUpdate);
  }
}

}  // namespace

void replay_meta_training(const GoldenObject& file, GoldenReplay& replay) {
  const GoldenTraining golden = read_training(file);
  replay_in<double>(file, golden, replay);
  replay_in<float>(file, golden, replay);
}

}  // namespace l2l
