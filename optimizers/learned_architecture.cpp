#include "optimizers/learned_architecture.hpp"

#include <cmath>

#include "core/random.hpp"
#include "optimizers/coupled.hpp"
#include "optimizers/coupled_simd.hpp"
#include "optimizers/lstm.hpp"

namespace l2l {

template <>
std::unique_ptr<CoupledArchitecture<double>> make_coupled(const ArchitectureSpec& spec) {
  return make_reference_architecture(spec);
}

template <>
std::unique_ptr<CoupledArchitecture<float>> make_coupled(const ArchitectureSpec& spec) {
  return make_simd_coupled(spec);
}

template <class Real>
std::unique_ptr<LearnedArchitecture<Real>> make_architecture(const ArchitectureSpec& spec) {
  if (spec.is_coordinatewise()) return make_lstm<Real>(spec.lstm);
  return make_coupled<Real>(spec);
}

template std::unique_ptr<LearnedArchitecture<float>> make_architecture(const ArchitectureSpec&);
template std::unique_ptr<LearnedArchitecture<double>> make_architecture(const ArchitectureSpec&);

std::vector<float> initial_phi(const ArchitectureSpec& spec, std::uint64_t seed) {
  std::vector<float> phi(phi_size(spec));
  const double bound = 1.0 / std::sqrt(static_cast<double>(spec.lstm.hidden));
  RandomStream(seed).fill_uniform<float>(phi, -bound, bound);
  if (!spec.has_memory()) return phi;
  const auto scale = static_cast<float>(spec.head_init);
  for (const PhiArray& array : phi_layout(spec)) {
    if (array.name != "W_out" && array.name != "b_out") continue;
    // Row 0 is the update's.
    const std::size_t row = array.size / spec.outputs();
    for (float& value : std::span(phi).subspan(array.offset + row, array.size - row)) value *= scale;
  }
  return phi;
}

}  // namespace l2l
