#include "optimizees/kinds.hpp"

#include <algorithm>

#include "core/error.hpp"

// The registry, in the order suites and documents list them: a new kind is one file that defines
// `std::unique_ptr<const OptimizeeKind> <name>_kind()`, and one line here.
#define L2L_OPTIMIZEES(KIND) \
  KIND(quadratic)            \
  KIND(mlp)                  \
  KIND(logistic)             \
  KIND(convnet)

namespace l2l {

#define L2L_DECLARE(name) std::unique_ptr<const OptimizeeKind> name##_kind();
L2L_OPTIMIZEES(L2L_DECLARE)
#undef L2L_DECLARE

namespace {

std::vector<std::unique_ptr<const OptimizeeKind>>& registry() {
  static std::vector<std::unique_ptr<const OptimizeeKind>> kinds = [] {
    std::vector<std::unique_ptr<const OptimizeeKind>> table;
#define L2L_ROW(name) table.push_back(name##_kind());
    L2L_OPTIMIZEES(L2L_ROW)
#undef L2L_ROW
    return table;
  }();
  return kinds;
}

}  // namespace

std::vector<const OptimizeeKind*> optimizee_kinds() {
  std::vector<const OptimizeeKind*> kinds;
  for (const auto& kind : registry()) kinds.push_back(kind.get());
  return kinds;
}

const OptimizeeKind* find_optimizee_kind(std::string_view name) {
  const auto found = std::find_if(registry().begin(), registry().end(),
                                  [&](const auto& kind) { return kind->name() == name; });
  return found == registry().end() ? nullptr : found->get();
}

const OptimizeeKind& optimizee_kind(std::string_view name) {
  const OptimizeeKind* kind = find_optimizee_kind(name);
  L2L_CHECK(kind != nullptr, "kind={}", name);
  return *kind;
}

void add_optimizee_kind(std::unique_ptr<const OptimizeeKind> kind) {
  L2L_CHECK(find_optimizee_kind(kind->name()) == nullptr, "kind={}", kind->name());
  registry().push_back(std::move(kind));
}

}  // namespace l2l
