#include "harness/conformance_lstm.hpp"

#include <fmt/format.h>

#include "core/error.hpp"

namespace l2l {
namespace {

template <class Real>
void replay(const GoldenObject& file, const GoldenLstm& golden, GoldenReplay& replay) {
  const GoldenArray gradients = file.array("grads");
  if (gradients.shape.size() != 2) file.fail("grads", "shape (steps, N) expected");
  const std::size_t steps = gradients.shape[0], n = gradients.shape[1];
  const auto lstm = golden_lstm<Real>(golden, n);
  const std::size_t state = static_cast<std::size_t>(golden.spec.layers * golden.spec.hidden) * n;
  const std::vector<Real> inputs = gradients.as<Real>();
  std::vector<Real> updates(steps * n), h(steps * state), c(steps * state);
  for (std::size_t t = 0; t < steps; ++t) {
    lstm->step(std::span<const Real>(inputs).subspan(t * n, n), std::span<Real>(updates).subspan(t * n, n));
    lstm->copy_state(std::span<Real>(h).subspan(t * state, state),
                     std::span<Real>(c).subspan(t * state, state));
  }
  const auto compare = [&](const char* key, std::span<const Real> actual) {
    if (const auto expected = file.array_if(key))
      replay.compare<Real>(key, actual, expected->data, tolerances::kForward);
  };
  compare("updates", updates);
  compare("h_all", h);
  compare("c_all", c);
  if (steps == 0) return;
  compare("final_h", std::span<const Real>(h).last(state));
  compare("final_c", std::span<const Real>(c).last(state));
}

}  // namespace

std::vector<double> read_phi(const GoldenObject& arrays, const LstmSpec& spec) {
  std::vector<double> flat;
  for (const PhiArray& array : phi_layout(spec)) {
    const GoldenArray golden = arrays.array(array.name, array.shape);
    flat.insert(flat.end(), golden.data.begin(), golden.data.end());
  }
  return flat;
}

GoldenLstm read_lstm(const GoldenObject& file) {
  const GoldenObject phi = file.object("phi");
  GoldenLstm golden;
  golden.spec.layers = 0;
  while (phi.has(fmt::format("W_ih{}", golden.spec.layers))) ++golden.spec.layers;
  const GoldenArray recurrent = phi.array("W_hh0"), input = phi.array("W_ih0");
  if (recurrent.shape.size() != 2 || recurrent.shape[0] != 4 * recurrent.shape[1] || recurrent.shape[1] == 0)
    phi.fail("W_hh0", fmt::format("shape {}, expected (4H, H)", shape_text(recurrent.shape)));
  golden.spec.hidden = static_cast<int>(recurrent.shape[1]);
  if (golden.spec.layers > 3 || golden.spec.hidden > 128)
    phi.fail("W_hh0", fmt::format("{} layers of {} units, at most 3 of 128 are supported", golden.spec.layers,
                                  golden.spec.hidden));
  const bool two_inputs = input.shape.size() == 2 && input.shape[1] == 2;
  golden.spec.preprocessing = two_inputs ? Preprocessing::log_and_sign : Preprocessing::none;
  if (file.has("cfg")) {
    const GoldenObject cfg = file.object("cfg");
    if (cfg.number_or("H", golden.spec.hidden) != golden.spec.hidden)
      cfg.fail("H", fmt::format("phi has {} hidden units", golden.spec.hidden));
    if (cfg.number_or("layers", golden.spec.layers) != golden.spec.layers)
      cfg.fail("layers", fmt::format("phi has {}", golden.spec.layers));
    if ((cfg.number_or("preproc", two_inputs) != 0) != two_inputs)
      cfg.fail("preproc", "phi.W_ih0 has the other shape");
    golden.spec.p = cfg.number_or("p", golden.spec.p);
    golden.spec.output_scale = cfg.number_or("scale", golden.spec.output_scale);
  }
  golden.phi = read_phi(phi, golden.spec);
  return golden;
}

void replay_lstm_forward(const GoldenObject& file, GoldenReplay& golden_replay) {
  const GoldenLstm golden = read_lstm(file);
  replay<double>(file, golden, golden_replay);
  replay<float>(file, golden, golden_replay);
}

}  // namespace l2l
