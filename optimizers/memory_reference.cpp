#include "optimizers/memory_reference.hpp"

#include <xtensor/xbuilder.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xview.hpp>

#include "core/error.hpp"

namespace l2l::reference {

ReferenceMemory::ReferenceMemory(const MemoryForm& form, std::size_t n)
    : form_(form), m_0_(form.scale * xt::eye<double>(n)), m_(m_0_) {}

ReferenceMemory::Step ReferenceMemory::split(const Matrix& heads) const {
  const std::size_t reads = form_.read_heads, end = reads + 2 * form_.write_heads;
  L2L_CHECK(heads.shape(0) == m_.shape(0) && heads.shape(1) == end, "heads=({}, {}) n={} expected {} heads",
            heads.shape(0), heads.shape(1), m_.shape(0), end);
  return {.r = xt::view(heads, xt::all(), xt::range(0, reads)),
          .a = xt::view(heads, xt::all(), xt::range(reads, end, 2)),
          .b = xt::view(heads, xt::all(), xt::range(reads + 1, end, 2)),
          .m = m_};
}

Matrix ReferenceMemory::step(const Matrix& heads) {
  const Step t = split(heads);
  const Matrix i = product(m_, t.r);                    // i_m = M r_m
  const Matrix written = product_transposed(t.a, t.b);  // sum_j a_j b_j^T
  if (form_.history == 0) {
    m_ += written;
  } else {
    held_.push_back(written);
    if (held_.size() > form_.history) held_.pop_front();
    m_ = m_0_;
    for (const Matrix& of_step : held_) m_ += of_step;
  }
  if (recording_) steps_.push_back(t);
  return i;
}

void ReferenceMemory::begin_unroll() {
  end_unroll();
  recording_ = true;
}

void ReferenceMemory::end_unroll() {
  recording_ = false;
  steps_.clear();
  later_reads_.clear();
}

Matrix ReferenceMemory::step_back(const Matrix& di) {
  L2L_CHECK(!steps_.empty(), "all {} recorded steps are taken back", later_reads_.size());
  const Step& t = steps_.back();
  // What this step wrote was in M_s for the steps s > t that followed, with a history for as many as it is
  // long.
  Matrix dwritten = xt::zeros_like(m_);
  for (std::size_t s = 0; s < later_reads_.size() && (form_.history == 0 || s < form_.history); ++s)
    dwritten += later_reads_[s];

  const std::size_t reads = form_.read_heads, end = reads + 2 * form_.write_heads;
  Matrix dheads = Matrix::from_shape({m_.shape(0), end});
  xt::view(dheads, xt::all(), xt::range(0, reads)) = transposed_product(t.m, di);  // M^T di
  xt::view(dheads, xt::all(), xt::range(reads, end, 2)) = product(dwritten, t.b);
  xt::view(dheads, xt::all(), xt::range(reads + 1, end, 2)) = transposed_product(dwritten, t.a);
  later_reads_.push_front(product_transposed(di, t.r));  // dL/dM_t = sum_m di_m r_m^T
  steps_.pop_back();
  return dheads;
}

}  // namespace l2l::reference
