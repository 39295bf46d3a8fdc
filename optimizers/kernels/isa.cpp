#include "optimizers/kernels/isa.hpp"

#include <atomic>
#include <cstdint>
#include <cstdlib>

#include <hwy/highway.h>

#include "core/error.hpp"

namespace l2l {
namespace {

struct Level {
  const char* name;
  std::int64_t target;
};
#if HWY_ARCH_X86
constexpr Level kLevels[] = {
    {"avx512", HWY_AVX3}, {"avx2", HWY_AVX2}, {"sse4", HWY_SSE4}, {"scalar", HWY_SCALAR}};
#elif HWY_ARCH_ARM
constexpr Level kLevels[] = {{"neon", HWY_NEON}, {"scalar", HWY_SCALAR}};
#else
constexpr Level kLevels[] = {{"scalar", HWY_SCALAR}};
#endif

std::atomic<const Level*> level_in_use{nullptr};

bool runs_here(const Level& level) {
  return level.target == HWY_STATIC_TARGET || (hwy::SupportedTargets() & level.target) != 0;
}

void use(const Level& level) {
  hwy::GetChosenTarget().Update(level.target);
  level_in_use = &level;
}

void use(std::string_view name, const std::string& named_by) {
  std::string known;
  for (const Level& level : kLevels) {
    if (!runs_here(level)) continue;
    if (name == level.name) return use(level);
    known += (known.empty() ? "" : ", ") + std::string(level.name);
  }
  throw Error(
      ErrorCode::usage,
      fmt::format("{} asks for the instruction set '{}', which this machine does not have", named_by, name),
      "it has: " + known);
}

}  // namespace

std::vector<std::string> available_isas() {
  std::vector<std::string> names;
  for (const Level& level : kLevels)
    if (runs_here(level)) names.emplace_back(level.name);
  return names;
}

void choose_isa() {
  static const bool chosen = [] {
    if (const char* name = std::getenv("L2LBENCH_ISA"); name != nullptr && *name != '\0')
      use(name, "L2LBENCH_ISA");
    else
      use(available_isas().front(), "the program");
    return true;
  }();
  (void)chosen;
}

std::string kernel_isa() {
  choose_isa();
  return level_in_use.load()->name;
}

IsaOverride::IsaOverride(std::string_view name) : previous_(kernel_isa()) {
  use(name, "a test");
}
IsaOverride::~IsaOverride() {
  use(previous_, "a test");
}

}  // namespace l2l
