#include "harness/conformance/architecture.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "optimizers/architectures.hpp"

namespace l2l {
namespace {

template <class Real>
void replay_architecture_in(const GoldenObject& file, const GoldenArchitecture& golden,
                            GoldenReplay& replay) {
  const auto gradients = file.tensor<2, Real>("grads", "(steps, N)");
  const std::size_t steps = gradients.shape(0), n = gradients.shape(1);
  const auto architecture = make_architecture<Real>(golden.spec);
  architecture->set_phi(golden.phi_as<Real>());
  architecture->start(1, n);
  auto updates = xt::xtensor<Real, 2>::from_shape({steps, n});
  auto h = xt::xtensor<Real, 2>::from_shape({steps, golden.state_size(n)}), c = h;
  for (std::size_t t = 0; t < steps; ++t) {
    architecture->step(slice(gradients, t), slice(updates, t));
    architecture->copy_state(slice(h, t), slice(c, t));
  }
  replay.compare_if<Real>(file, "updates", updates, tolerances::kForward);
  replay.compare_if<Real>(file, "h_all", h, tolerances::kForward);
  replay.compare_if<Real>(file, "c_all", c, tolerances::kForward);
  replay.compare_if<Real>(file, "final_h", slice(h, steps - 1), tolerances::kForward);
  replay.compare_if<Real>(file, "final_c", slice(c, steps - 1), tolerances::kForward);
}

// A whole number of cfg in [low, high]; `otherwise` where it is absent or null.
int whole_number(const GoldenObject& cfg, const char* key, int low, int high, int otherwise) {
  if (!cfg.has(key) || cfg.json()[key].is_null()) return otherwise;
  const double value = cfg.number(key);
  if (!(value >= low && value <= high) || value != static_cast<int>(value))
    cfg.fail(key, fmt::format("{}, expected a whole number in {}..{}", value, low, high));
  return static_cast<int>(value);
}

// n_global of LSTM+GAC; R, Wh, M0 and hist of a memory.
void read_coupling(const GoldenObject& cfg, ArchitectureSpec& spec) {
  constexpr int kMaxHeads = 64;
  spec.global_cells = whole_number(cfg, "n_global", 0, spec.lstm.hidden, 0);
  spec.read_heads = whole_number(cfg, "R", 0, kMaxHeads, 0);
  spec.write_heads = whole_number(cfg, "Wh", 0, kMaxHeads, 0);
  if (spec.read_heads == 0 && spec.write_heads == 0) {
    if (spec.global_cells > 0) spec.kind = Architecture::lstm_gac;
    return;
  }
  if (spec.read_heads == 0 || spec.write_heads == 0) cfg.fail("R", "a memory has heads of both kinds");
  const int history = whole_number(cfg, "hist", 0, 1'000'000, 0);
  spec.kind = history > 0 ? Architecture::ntm_l_bfgs : Architecture::ntm_bfgs;
  if (history > 0) spec.history = history;
  if (!cfg.has("M0")) return;
  if (cfg.json()["M0"].is_number()) {
    spec.memory_init = cfg.number("M0");
    return;
  }
  const std::string initial = cfg.text("M0");
  if (initial != "identity" && initial != "zero") cfg.fail("M0", "neither identity nor zero: " + initial);
  spec.memory_init = initial == "identity" ? 1.0 : 0.0;
}

}  // namespace

std::vector<double> read_phi(const GoldenObject& arrays, const ArchitectureSpec& spec) {
  std::vector<double> flat;
  for (const PhiArray& array : phi_layout(spec)) {
    const NdArray golden = arrays.array(array.name, array.shape);
    flat.insert(flat.end(), doubles(golden).begin(), doubles(golden).end());
  }
  return flat;
}

GoldenArchitecture read_architecture(const GoldenObject& file) {
  const GoldenObject phi = file.object("phi");
  GoldenArchitecture golden;
  LstmSpec& lstm = golden.spec.lstm;
  lstm.layers = 0;
  while (phi.has(fmt::format("W_ih{}", lstm.layers))) ++lstm.layers;
  const NdArray recurrent = phi.array("W_hh0"), input = phi.array("W_ih0");
  if (recurrent.shape.size() != 2 || recurrent.shape[0] != 4 * recurrent.shape[1] || recurrent.shape[1] == 0)
    phi.fail("W_hh0", fmt::format("shape {}, expected (4H, H)", shape_text(recurrent.shape)));
  lstm.hidden = static_cast<int>(recurrent.shape[1]);
  if (lstm.layers > 3 || lstm.hidden > 128)
    phi.fail("W_hh0",
             fmt::format("{} layers of {} units, at most 3 of 128 are supported", lstm.layers, lstm.hidden));
  const bool has_cfg = file.has("cfg");
  if (has_cfg) read_coupling(file.object("cfg"), golden.spec);
  const bool two_inputs = input.shape.size() == 2 && input.shape[1] == 2 + golden.spec.reads();
  lstm.preprocessing = two_inputs ? Preprocessing::log_and_sign : Preprocessing::none;
  if (has_cfg) {
    const GoldenObject cfg = file.object("cfg");
    if (cfg.number_or("H", lstm.hidden) != lstm.hidden)
      cfg.fail("H", fmt::format("phi has {} hidden units", lstm.hidden));
    if (cfg.number_or("layers", lstm.layers) != lstm.layers)
      cfg.fail("layers", fmt::format("phi has {}", lstm.layers));
    if ((cfg.number_or("preproc", two_inputs) != 0) != two_inputs)
      cfg.fail("preproc", "phi.W_ih0 has the other shape");
    lstm.p = cfg.number_or("p", lstm.p);
    lstm.output_scale = cfg.number_or("scale", lstm.output_scale);
  }
  golden.phi = read_phi(phi, golden.spec);
  return golden;
}

void replay_lstm_forward(const GoldenObject& file, GoldenReplay& golden_replay) {
  const GoldenArchitecture golden = read_architecture(file);
  replay_architecture_in<double>(file, golden, golden_replay);
  replay_architecture_in<float>(file, golden, golden_replay);
}

}  // namespace l2l
