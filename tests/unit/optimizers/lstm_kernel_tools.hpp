// Runs of the LSTM kernels for tests, on an instruction set of choice.
#pragma once

#include <string>

#include "core/digest.hpp"
#include "optimizers/kernels/isa.hpp"
#include "tests/unit/optimizers/lstm_test_tools.hpp"

namespace l2l::testing {

/// These levels compute a fused multiply-add lane by lane: slow.
inline bool emulates_fma(const std::string& isa) {
  return isa == "sse4" || isa == "scalar";
}

inline Outcome<float> run_float(const LstmSpec& spec, std::size_t n, std::size_t steps, std::size_t unrolls,
                                std::span<const double> gradients, const std::string& isa) {
  const IsaOverride level(isa);
  const auto lstm = make_lstm<float>(spec);
  lstm->set_phi(initial_phi(spec, 1));
  return run_unrolls(*lstm, n, steps, unrolls, gradients);
}

inline Outcome<double> run_reference(const LstmSpec& spec, std::size_t n, std::size_t steps,
                                     std::size_t unrolls, std::span<const double> gradients) {
  const std::vector<float> phi = initial_phi(spec, 1);
  const auto reference = make_lstm<double>(spec);
  reference->set_phi(std::vector<double>(phi.begin(), phi.end()));
  return run_unrolls(*reference, n, steps, unrolls, gradients);
}

inline std::string digest_of(const Outcome<float>& outcome) {
  Sha256 sha;
  sha.update_array(std::span<const float>(outcome.updates));
  sha.update_array(std::span<const float>(outcome.h));
  sha.update_array(std::span<const float>(outcome.c));
  sha.update_array(std::span<const double>(outcome.dphi));
  return sha.hex().substr(0, 16);
}

/// Digest of two unrolls of 5 steps, 100 coordinates, two layers of 20 units.
inline std::string digest_of_small_run(Preprocessing preprocessing, const std::string& isa) {
  const std::vector<double> gradients = made_up_gradients(11 * 100, 77);
  return digest_of(run_float(make_spec(2, 20, preprocessing), 100, 5, 2, gradients, isa));
}
/// What it is, for every compiler and instruction set. A change is a change of numerics: raise the algorithm
/// version of the job keys with it.
inline constexpr const char* kDigestRaw = "8f456c0023c66f0a";
inline constexpr const char* kDigestLogAndSign = "9deccff84681e559";

}  // namespace l2l::testing
