#include "optimizers/shared_memory.hpp"

#include <algorithm>

#include "core/error.hpp"

namespace l2l {
namespace {

/// Sum in a fixed order that a compiler may vectorise.
template <class Real>
Real dot(const Real* a, const Real* b, std::size_t n) {
  constexpr std::size_t kLanes = 16;
  Real sums[kLanes] = {};
  std::size_t i = 0;
  for (; i + kLanes <= n; i += kLanes)
    for (std::size_t lane = 0; lane < kLanes; ++lane) sums[lane] += a[i + lane] * b[i + lane];
  for (std::size_t lane = 0; i < n; ++i, ++lane) sums[lane] += a[i] * b[i];
  for (std::size_t width = kLanes / 2; width > 0; width /= 2)
    for (std::size_t lane = 0; lane < width; ++lane) sums[lane] += sums[lane + width];
  return sums[0];
}

/// y += s x.
template <class Real>
void add_scaled(Real s, const Real* x, Real* y, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) y[i] += s * x[i];
}

}  // namespace

template <class Real>
SharedMemory<Real>::SharedMemory(const MemoryForm& form, std::size_t n) : form_(form), n_(n) {
  if (!dense()) return;
  m_.assign(n * n, Real(0));
  for (std::size_t k = 0; k < n; ++k) m_[k * n + k] = static_cast<Real>(form.scale);
}

template <class Real>
std::size_t SharedMemory<Real>::first_held(std::size_t t) const {
  return t > form_.history ? t - form_.history : 0;
}

template <class Real>
void SharedMemory<Real>::step(std::span<const Real> heads, std::span<Real> results) {
  L2L_CHECK(heads.size() == head_count() * n_ && results.size() == form_.read_heads * n_,
            "heads={} results={} n={}", heads.size(), results.size(), n_);
  for (std::size_t head = 0; head < form_.read_heads; ++head) {
    const Real* r = &heads[head * n_];
    Real* i = &results[head * n_];
    if (dense()) {
      for (std::size_t k = 0; k < n_; ++k) i[k] = dot(&m_[k * n_], r, n_);
      continue;
    }
    for (std::size_t k = 0; k < n_; ++k) i[k] = static_cast<Real>(form_.scale) * r[k];
    for (std::size_t s = first_held(steps_.size()); s < steps_.size(); ++s)
      for (std::size_t j = form_.read_heads; j < head_count(); j += 2) {
        const Real* a = &steps_[s][j * n_];
        add_scaled(dot(a + n_, r, n_), a, i, n_);
      }
  }
  if (dense()) {
    for (std::size_t j = form_.read_heads; j < head_count(); j += 2) {
      const Real* a = &heads[j * n_];
      for (std::size_t k = 0; k < n_; ++k) add_scaled(a[k], a + n_, &m_[k * n_], n_);
    }
  }
  if (recording_ || !dense()) steps_.emplace_back(heads.begin(), heads.end());
  if (!recording_) trim_history();
}

template <class Real>
void SharedMemory<Real>::trim_history() {
  while (steps_.size() > form_.history) steps_.pop_front();
}

template <class Real>
void SharedMemory<Real>::begin_unroll() {
  end_unroll();
  m_start_ = m_;
  unroll_start_ = steps_.size();
  recording_ = true;
}

template <class Real>
void SharedMemory<Real>::end_unroll() {
  recording_ = false;
  dresults_.clear();
  trim_history();
}

template <class Real>
void SharedMemory<Real>::step_back(std::span<const Real> dresults, std::span<Real> dheads) {
  const std::size_t taken_back = dresults_.size();
  L2L_CHECK(recording_ && unroll_start_ + taken_back < steps_.size(), "{} of {} recorded steps taken back",
            taken_back, steps_.size() - unroll_start_);
  L2L_CHECK(dheads.size() == head_count() * n_ && dresults.size() == form_.read_heads * n_,
            "dheads={} dresults={} n={}", dheads.size(), dresults.size(), n_);
  const std::size_t t = steps_.size() - 1 - taken_back;
  std::fill(dheads.begin(), dheads.end(), Real(0));

  // i = M_t r: dr = M_t^T di, M_t = what it was at the start of the unroll and the writes since.
  for (std::size_t head = 0; head < form_.read_heads; ++head) {
    const Real* di = &dresults[head * n_];
    Real* dr = &dheads[head * n_];
    if (dense()) {
      for (std::size_t k = 0; k < n_; ++k) add_scaled(di[k], &m_start_[k * n_], dr, n_);
    } else {
      for (std::size_t k = 0; k < n_; ++k) dr[k] = static_cast<Real>(form_.scale) * di[k];
    }
    for (std::size_t s = dense() ? 0 : first_held(t); s < t; ++s)
      for (std::size_t j = form_.read_heads; j < head_count(); j += 2) {
        const Real* a = &steps_[s][j * n_];
        add_scaled(dot(a, di, n_), a + n_, dr, n_);
      }
  }

  // The write of step t is in M_s for later s while M holds it: i_s = ... + a (b . r_s).
  for (std::size_t s = t + 1; s < steps_.size(); ++s) {
    if (!dense() && first_held(s) > t) break;
    const std::vector<Real>& dlater = dresults_[s - t - 1];
    for (std::size_t head = 0; head < form_.read_heads; ++head) {
      const Real *r = &steps_[s][head * n_], *di = &dlater[head * n_];
      for (std::size_t j = form_.read_heads; j < head_count(); j += 2) {
        const Real* a = &steps_[t][j * n_];
        add_scaled(dot(a + n_, r, n_), di, &dheads[j * n_], n_);
        add_scaled(dot(a, di, n_), r, &dheads[(j + 1) * n_], n_);
      }
    }
  }
  dresults_.emplace_front(dresults.begin(), dresults.end());
}

template <class Real>
void SharedMemory<Real>::copy_dense(std::span<Real> m) const {
  L2L_CHECK(m.size() == n_ * n_, "m={} n={}", m.size(), n_);
  if (dense()) {
    std::copy(m_.begin(), m_.end(), m.begin());
    return;
  }
  std::fill(m.begin(), m.end(), Real(0));
  for (std::size_t k = 0; k < n_; ++k) m[k * n_ + k] = static_cast<Real>(form_.scale);
  for (std::size_t s = first_held(steps_.size()); s < steps_.size(); ++s)
    for (std::size_t j = form_.read_heads; j < head_count(); j += 2)
      for (std::size_t k = 0; k < n_; ++k)
        add_scaled(steps_[s][j * n_ + k], &steps_[s][(j + 1) * n_], &m[k * n_], n_);
}

template class SharedMemory<float>;
template class SharedMemory<double>;

}  // namespace l2l
