#include "optimizers/architecture_spec.hpp"

#include "core/error.hpp"

namespace l2l {

std::vector<PhiArray> phi_layout(const ArchitectureSpec& spec) {
  L2L_CHECK(
      spec.kind == Architecture::lstm || (spec.global_cells >= 0 && spec.global_cells <= spec.lstm.hidden),
      "global_cells={} hidden={}", spec.global_cells, spec.lstm.hidden);
  L2L_CHECK(!spec.has_memory() || (spec.read_heads >= 1 && spec.write_heads >= 1),
            "read_heads={} write_heads={}", spec.read_heads, spec.write_heads);
  L2L_CHECK(spec.kind != Architecture::ntm_l_bfgs || spec.history >= 1, "history={}", spec.history);
  return phi_layout(spec.lstm, spec.inputs(), spec.outputs());
}

std::size_t phi_size(const ArchitectureSpec& spec) {
  const std::vector<PhiArray> arrays = phi_layout(spec);
  return arrays.back().offset + arrays.back().size;
}

double memory_bytes(const ArchitectureSpec& spec, std::size_t functions, std::size_t n,
                    std::size_t recorded_steps) {
  if (!spec.has_memory()) return 0;
  const double heads = static_cast<double>(spec.outputs() - 1), coordinates = static_cast<double>(n);
  const double steps = static_cast<double>(recorded_steps);
  // Dense: M, and where steps are recorded M at the start of the unroll.
  const double values =
      spec.kind == Architecture::ntm_bfgs
          ? coordinates * coordinates * (recorded_steps ? 2 : 1) + steps * heads * coordinates
          : (spec.history + steps) * heads * coordinates;
  return values * static_cast<double>(functions) * sizeof(float);
}

void check_memory(const ArchitectureSpec& spec, std::size_t functions, std::size_t n,
                  std::size_t recorded_steps, double budget) {
  const double bytes = memory_bytes(spec, functions, n, recorded_steps);
  if (bytes <= budget) return;
  constexpr double kGigabyte = 1e9;
  const bool dense = spec.kind == Architecture::ntm_bfgs;
  ArchitectureSpec history = spec;
  history.kind = Architecture::ntm_l_bfgs;
  throw Error(
      ErrorCode::suite,
      fmt::format("the {} memory of {} function{} of {} coordinates needs {:.3g} GB, more than the {:.3g} GB "
                  "there are",
                  dense ? "n x n" : "history", functions, functions == 1 ? "" : "s", n, bytes / kGigabyte,
                  budget / kGigabyte),
      dense ? fmt::format("architecture ntm-l-bfgs keeps the writes of the last {} steps instead: {:.3g} GB",
                          history.history, memory_bytes(history, functions, n, recorded_steps) / kGigabyte)
            : "a shorter history, fewer write heads, fewer instances or a shorter unroll need less");
}

}  // namespace l2l
