// NTM-L-BFGS (paper appendix): NTM-BFGS whose M is given by the writes of the last steps, never n x n.
#include "optimizers/architectures/controller.hpp"

namespace l2l {
namespace {

/// The heads of the steps that M is made of, and of those recorded.
double history_values(const ArchitectureSpec& spec, double n, double recorded_steps) {
  return (spec.history + recorded_steps) * static_cast<double>(spec.outputs() - 1) * n;
}

std::string history_hint(const ArchitectureSpec& /*spec*/, std::size_t /*functions*/, std::size_t /*n*/,
                         std::size_t /*recorded_steps*/) {
  return "a shorter history, fewer write heads, fewer instances or a shorter unroll need less";
}

}  // namespace

ArchitectureRow ntm_l_bfgs_architecture() {
  ArchitectureRow row = controller_row();
  row.label = "NTM-L-BFGS";
  row.has_averages = true;
  row.memory =
      MemoryRow{.form = "history", .has_history = true, .values = history_values, .hint = history_hint};
  row.is_coordinatewise = [](const ArchitectureSpec& /*spec*/) { return false; };
  row.flop = [](const ArchitectureSpec& spec, double /*n*/) {
    return controller_flop(spec) + 4 * spec.history * static_cast<double>(spec.writes() * spec.reads());
  };
  return row;
}

}  // namespace l2l
