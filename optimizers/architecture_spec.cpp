#include "optimizers/architecture_spec.hpp"

#include <cmath>
#include <span>

#include "core/error.hpp"
#include "core/random.hpp"

namespace l2l {

std::vector<PhiArray> phi_layout(const ArchitectureSpec& spec) {
  L2L_CHECK(!spec.has_averages() || (spec.global_cells >= 0 && spec.global_cells <= spec.lstm.hidden),
            "global_cells={} hidden={}", spec.global_cells, spec.lstm.hidden);
  L2L_CHECK(!spec.has_memory() || (spec.read_heads >= 1 && spec.write_heads >= 1),
            "read_heads={} write_heads={}", spec.read_heads, spec.write_heads);
  L2L_CHECK(!spec.has_history() || spec.history >= 1, "history={}", spec.history);
  return phi_layout(spec.lstm, spec.inputs(), spec.outputs());
}

std::size_t phi_size(const ArchitectureSpec& spec) {
  const std::vector<PhiArray> arrays = phi_layout(spec);
  return arrays.back().offset + arrays.back().size;
}

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
