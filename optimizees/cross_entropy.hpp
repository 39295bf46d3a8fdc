// Softmax read-out with mean cross-entropy (natural logarithm), shared by the networks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace l2l {

/// Logits are (classes, batch): every elementwise loop runs over examples.
template <class Real>
class CrossEntropy {
 public:
  CrossEntropy(std::size_t classes, std::size_t batch);

  /// Mean over the batch of -ln softmax(z)[label]; NaN where a logit is NaN.
  /// @param z       (classes, batch)
  /// @param labels  batch values below classes
  /// @param delta   (classes, batch), out: what gradient() starts from
  Real loss(std::span<const Real> z, std::span<const std::uint8_t> labels, std::span<Real> delta);
  /// delta <- d loss / d z of the loss() last called, on the delta that it left; once per loss().
  void gradient(std::span<const std::uint8_t> labels, std::span<Real> delta);

 private:
  std::size_t classes_, batch_;
  std::vector<Real> largest_, total_;  // max and sum over classes, a value an example
};

}  // namespace l2l
