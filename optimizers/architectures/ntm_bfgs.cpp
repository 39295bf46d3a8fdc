// NTM-BFGS (paper appendix): a controller with global averaging cells and heads on a memory M of n x n.
#include <fmt/format.h>

#include "optimizers/architectures/controller.hpp"

namespace l2l {
namespace {

/// M, where steps are recorded also M at the start of the unroll, and the heads of the steps.
double square_values(const ArchitectureSpec& spec, double n, double recorded_steps) {
  const auto heads = static_cast<double>(spec.outputs() - 1);
  return n * n * (recorded_steps > 0 ? 2 : 1) + recorded_steps * heads * n;
}

std::string square_hint(const ArchitectureSpec& spec, std::size_t functions, std::size_t n,
                        std::size_t recorded_steps) {
  ArchitectureSpec history = spec;
  history.kind = Architecture::ntm_l_bfgs;
  return fmt::format("architecture {} keeps the writes of the last {} steps instead: {:.3g} GB",
                     name_of(history.kind), history.history,
                     memory_bytes(history, functions, n, recorded_steps) / 1e9);
}

}  // namespace

ArchitectureRow ntm_bfgs_architecture() {
  ArchitectureRow row = controller_row();
  row.label = "NTM-BFGS";
  row.has_averages = true;
  row.memory = MemoryRow{.form = "n x n", .values = square_values, .hint = square_hint};
  row.is_coordinatewise = [](const ArchitectureSpec& /*spec*/) { return false; };
  row.flop = [](const ArchitectureSpec& spec, double n) {
    return controller_flop(spec) + 2 * n * static_cast<double>(spec.reads() + spec.writes());
  };
  return row;
}

}  // namespace l2l
