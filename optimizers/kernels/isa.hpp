// Which instruction set the vector kernels use: the best the CPU has, or the one L2LBENCH_ISA names.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace l2l {

/// Names of the levels this CPU can run, best first: avx512, avx2, sse4, scalar (x86), neon (Arm).
std::vector<std::string> available_isas();

/// The level in use. Throws Error{usage} if L2LBENCH_ISA names a level the CPU lacks or nobody knows.
std::string kernel_isa();

/// Decides on the level before the first kernel runs; cheap afterwards. Throws like kernel_isa().
void choose_isa();

/// Makes optimizers created while it lives use another level. Not for concurrent use: a test hook.
class IsaOverride {
 public:
  explicit IsaOverride(std::string_view name);  ///< throws like kernel_isa()
  ~IsaOverride();
  IsaOverride(const IsaOverride&) = delete;
  IsaOverride& operator=(const IsaOverride&) = delete;

 private:
  std::string previous_;
};

}  // namespace l2l
