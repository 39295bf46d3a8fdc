#include "harness/compute/problem.hpp"

#include <fmt/format.h>

#include "harness/plan/plan.hpp"
#include "optimizees/kinds.hpp"

namespace l2l {

std::shared_ptr<const OptimizeeFamily> make_family(const OptimizeeSpec& spec) {
  const OptimizeeKind& kind = optimizee_kind(spec.kind);
  if (const auto complaint = kind.complaint(spec.settings))
    throw Error(ErrorCode::suite, fmt::format("optimizee '{}': {}", spec.name, complaint->what),
                complaint->hint);
  return kind.make(spec.settings, canonical(spec).dump());
}

}  // namespace l2l
