#include "optimizers/architectures.hpp"

#include <array>

#include "core/error.hpp"

namespace l2l {

#define L2L_DECLARE(kind, name) ArchitectureRow kind##_architecture();
L2L_ARCHITECTURES(L2L_DECLARE)
#undef L2L_DECLARE

const ArchitectureRow& architecture_row(Architecture kind) {
#define L2L_ROW(kind, name) kind##_architecture(),
  static const std::array table = {L2L_ARCHITECTURES(L2L_ROW)};
#undef L2L_ROW
  return table.at(static_cast<std::size_t>(kind));
}

bool ArchitectureSpec::has_averages() const {
  return architecture_row(kind).has_averages;
}
bool ArchitectureSpec::has_memory() const {
  return architecture_row(kind).memory.has_value();
}
bool ArchitectureSpec::has_history() const {
  const auto& memory = architecture_row(kind).memory;
  return memory && memory->has_history;
}
bool ArchitectureSpec::is_coordinatewise() const {
  return architecture_row(kind).is_coordinatewise(*this);
}

template <>
const ArchitectureFactories<float>& ArchitectureRow::factories() const {
  return in_float;
}
template <>
const ArchitectureFactories<double>& ArchitectureRow::factories() const {
  return in_double;
}

template <class Real>
std::unique_ptr<LearnedArchitecture<Real>> make_architecture(const ArchitectureSpec& spec) {
  return architecture_row(spec.kind).factories<Real>().make(spec);
}

template std::unique_ptr<LearnedArchitecture<float>> make_architecture(const ArchitectureSpec&);
template std::unique_ptr<LearnedArchitecture<double>> make_architecture(const ArchitectureSpec&);

double memory_bytes(const ArchitectureSpec& spec, std::size_t functions, std::size_t n,
                    std::size_t recorded_steps) {
  const auto& memory = architecture_row(spec.kind).memory;
  if (!memory) return 0;
  return memory->values(spec, static_cast<double>(n), static_cast<double>(recorded_steps)) *
         static_cast<double>(functions) * sizeof(float);
}

double state_bytes(const ArchitectureSpec& spec, std::size_t n) {
  return architecture_row(spec.kind).state_bytes(spec) + memory_bytes(spec, 1, n, 0) / static_cast<double>(n);
}

double training_bytes(const ArchitectureSpec& spec, std::size_t n, std::size_t steps, DashedEdges edges) {
  return architecture_row(spec.kind).training_bytes(spec, steps, edges) +
         memory_bytes(spec, 1, n, steps) / static_cast<double>(n);
}

void check_memory(const ArchitectureSpec& spec, std::size_t functions, std::size_t n,
                  std::size_t recorded_steps, double budget) {
  const double bytes = memory_bytes(spec, functions, n, recorded_steps);
  if (bytes <= budget) return;
  constexpr double kGigabyte = 1e9;
  const MemoryRow& memory = *architecture_row(spec.kind).memory;
  throw Error(
      ErrorCode::suite,
      fmt::format("the {} memory of {} function{} of {} coordinates needs {:.3g} GB, more than the {:.3g} GB "
                  "there are",
                  memory.form, functions, functions == 1 ? "" : "s", n, bytes / kGigabyte,
                  budget / kGigabyte),
      memory.hint(spec, functions, n, recorded_steps));
}

}  // namespace l2l
