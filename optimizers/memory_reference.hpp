// The memory M of one function (paper appendix, NTM-BFGS and NTM-L-BFGS) in double precision, to be read
// beside the equations: M is an n x n matrix at every step, whatever its form. SharedMemory is the fast one.
#pragma once

#include <cstddef>
#include <deque>
#include <vector>

#include "optimizers/reference_algebra.hpp"
#include "optimizers/shared_memory.hpp"

namespace l2l::reference {

/// Heads are columns, (n, R + 2 W): r_1..r_R, a_1, b_1, ..., a_W, b_W.
class ReferenceMemory {
 public:
  ReferenceMemory(const MemoryForm& form, std::size_t n);

  /// i_m = M_t r_m for every read head, a column each: (n, R). Then M_{t+1} = M_t + sum_j a_j b_j^T, less
  /// what is older than the history.
  Matrix step(const Matrix& heads);

  /// From here steps are recorded for step_back().
  void begin_unroll();
  /// dL/d heads of the last recorded step that was not yet taken back, from dL/di of it (n, R) and,
  /// remembered, of all later ones.
  Matrix step_back(const Matrix& di);
  /// Forgets the recording; M stays.
  void end_unroll();

  /// M_t.
  const Matrix& m() const { return m_; }

 private:
  /// r, a and b of a step, (n, R), (n, W) and (n, W), and the M_t that it read.
  struct Step {
    Matrix r, a, b, m;
  };
  Step split(const Matrix& heads) const;

  MemoryForm form_;
  Matrix m_0_, m_;
  std::deque<Matrix> held_;  // with a history: sum_j a_j b_j^T of the steps that M holds, the oldest first
  bool recording_ = false;
  std::vector<Step> steps_;  // recorded and not yet taken back
  std::deque<Matrix>
      later_reads_;  // dL/dM_s by what step s read, of the steps taken back, the first step first
};

}  // namespace l2l::reference
