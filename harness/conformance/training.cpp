// A horizon of truncated unrolls with ADAM on phi after each, through the code that meta-trains.
#include <optional>

#include <fmt/format.h>

#include "core/error.hpp"
#include "harness/compute/horizon.hpp"
#include "harness/conformance/architecture.hpp"
#include "harness/conformance/quadratics.hpp"

namespace l2l {
namespace {

struct GoldenTraining {
  GoldenArchitecture architecture;
  GoldenQuadratics functions;
  std::size_t unroll = 0, unrolls = 0;
  double learning_rate = 0;
};

struct UnrollResult {
  double meta_loss;
  std::vector<double> dphi, phi;
};

// A quadratic that remembers what it was asked.
template <class Real>
class Recorder final : public Optimizee<Real> {
 public:
  struct Record {
    xt::xtensor<Real, 2> losses;  // (steps + 1, functions), of the value last computed
    xt::xtensor<Real, 2> thetas;  // (functions, n), as last seen
  };
  Recorder(std::unique_ptr<Optimizee<Real>> f, std::size_t index, std::shared_ptr<Record> record)
      : f_(std::move(f)), index_(index), record_(std::move(record)) {}
  std::size_t dimension() const override { return f_->dimension(); }
  const std::vector<ParameterGroup>& groups() const override { return f_->groups(); }
  void initial_theta(std::span<Real> theta) const override { f_->initial_theta(theta); }
  Real value(std::span<const Real> theta, std::uint64_t step) override {
    return remember(theta, step, f_->value(theta, step));
  }
  Real value_and_gradient(std::span<const Real> theta, std::uint64_t step,
                          std::span<Real> gradient) override {
    return remember(theta, step, f_->value_and_gradient(theta, step, gradient));
  }

 private:
  Real remember(std::span<const Real> theta, std::uint64_t step, Real loss) {
    std::copy(theta.begin(), theta.end(), slice(record_->thetas, index_).begin());
    return record_->losses.at(step, index_) = loss;
  }

  std::unique_ptr<Optimizee<Real>> f_;
  std::size_t index_;
  std::shared_ptr<Record> record_;
};

GoldenTraining read_training(const GoldenObject& file) {
  GoldenTraining golden;
  golden.architecture = read_architecture(file);
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
void replay_training_in(const GoldenObject& file, const GoldenTraining& golden, GoldenReplay& replay) {
  const std::size_t count = golden.functions.count, n = golden.functions.dimension;
  const std::size_t horizon = golden.unroll * golden.unrolls;
  const auto record = std::make_shared<typename Recorder<Real>::Record>();
  record->losses = xt::zeros<Real>({horizon + 1, count});
  record->thetas = xt::zeros<Real>({count, n});
  std::vector<std::unique_ptr<Optimizee<Real>>> recorders;
  for (auto& f : make_functions<Real>(golden.functions))
    recorders.push_back(std::make_unique<Recorder<Real>>(std::move(f), recorders.size(), record));
  FunctionBatch<Real> functions(std::move(recorders));
  LearnedOptimizer<Real> optimizer(golden.architecture.spec, PhiAssignment::shared(n));
  MetaAdam adam(golden.architecture.phi.size());
  std::vector<double> phi = golden.architecture.phi;
  HorizonSettings settings;
  settings.unroll = golden.unroll;
  settings.horizon = horizon;

  std::vector<UnrollResult> unrolls;
  train_horizon<Real>(
      optimizer, functions, settings, [&](std::size_t) { return golden.learning_rate; }, phi, adam,
      [&](const UnrollReport& report) {
        unrolls.push_back({report.meta_loss,
                           {report.dphi.begin(), report.dphi.end()},
                           {report.phi.begin(), report.phi.end()}});
      });
  if (unrolls.size() != golden.unrolls) throw Error(ErrorCode::format, "the horizon diverged in the replay");

  replay.compare_if<Real>(file, "losses", record->losses, tolerances::kTrajectory);
  replay.compare_if<Real>(file, "theta_final", record->thetas, tolerances::kTrajectory);
  for (std::size_t u = 0; u < unrolls.size(); ++u) {
    const std::string name = fmt::format("unroll{}", u);
    const GoldenObject expected = file.object(name);
    const auto compare = [&](const char* key, const std::vector<double>& actual, const Tolerance& tolerance) {
      if (!expected.has(key)) return;
      const std::vector<double> values =
          expected.json()[key].is_number() ? std::vector{expected.number(key)} : doubles(expected.array(key));
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
  replay_training_in<double>(file, golden, replay);
  replay_training_in<float>(file, golden, replay);
}

}  // namespace l2l
