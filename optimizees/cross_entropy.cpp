#include "optimizees/cross_entropy.hpp"

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "optimizees/elementwise.hpp"

namespace l2l {

template <class Real>
CrossEntropy<Real>::CrossEntropy(std::size_t classes, std::size_t batch)
    : classes_(classes), batch_(batch), largest_(batch), total_(batch) {
  L2L_CHECK(batch >= 1 && classes >= 1 && classes <= 256, "batch={} classes={}: labels are bytes", batch,
            classes);
}

// -ln softmax(z)[label] = ln sum_c e^(z_c - max) + max - z_label: no exponential can overflow.
template <class Real>
Real CrossEntropy<Real>::loss(std::span<const Real> logits, std::span<const std::uint8_t> labels,
                              std::span<Real> delta) {
  const Real* const z = logits.data();
  Real* const exponentials = delta.data();
  Real* const largest = largest_.data();
  Real* const total = total_.data();
  std::copy(z, z + batch_, largest);
  std::fill(total_.begin(), total_.end(), Real{0});
  for (std::size_t c = 1; c < classes_; ++c)
    for (std::size_t i = 0; i < batch_; ++i)
      largest[i] = largest[i] < z[c * batch_ + i] ? z[c * batch_ + i] : largest[i];
  for (std::size_t c = 0; c < classes_; ++c)
    for (std::size_t i = 0; i < batch_; ++i) {
      const Real e = exponential(z[c * batch_ + i] - largest[i]);
      exponentials[c * batch_ + i] = e;
      total[i] += e;
    }
  double sum = 0;
  for (std::size_t i = 0; i < batch_; ++i) {
    L2L_CHECK(labels[i] < classes_, "label {} of example {}, {} classes", labels[i], i, classes_);
    sum += static_cast<double>(std::log(total[i]) + (largest[i] - z[labels[i] * batch_ + i]));
  }
  return static_cast<Real>(sum / static_cast<double>(batch_));
}

// d loss / d z_c = (softmax_c - [c = label]) / batch
template <class Real>
void CrossEntropy<Real>::gradient(std::span<const std::uint8_t> labels, std::span<Real> delta) {
  Real* const d = delta.data();
  for (Real& t : total_) t = Real{1} / (t * static_cast<Real>(batch_));
  const Real* const factor = total_.data();
  for (std::size_t c = 0; c < classes_; ++c)
    for (std::size_t i = 0; i < batch_; ++i) d[c * batch_ + i] *= factor[i];
  const Real one = Real{1} / static_cast<Real>(batch_);
  for (std::size_t i = 0; i < batch_; ++i) d[labels[i] * batch_ + i] -= one;
}

template class CrossEntropy<float>;
template class CrossEntropy<double>;

}  // namespace l2l
