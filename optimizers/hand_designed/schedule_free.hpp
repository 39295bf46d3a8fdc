// What the average of the schedule-free rules takes of each new iterate.
#pragma once

#include <algorithm>

namespace l2l {

/// x <- (1 - c_t) x + c_t z, c_t = w_t / (w_1 + ... + w_t), w_t the square of the largest rate so far: 1 / t
/// where the rate is constant, and less of what came while it was warmed up (as package schedulefree does).
class AverageShare {
 public:
  void start() { largest_ = sum_ = 0; }
  /// c_t of the next step; rates in any unit.
  double next(double rate) {
    largest_ = std::max(largest_, rate);
    const double weight = largest_ * largest_;
    sum_ += weight;
    return sum_ > 0 ? weight / sum_ : 0;
  }

 private:
  double largest_ = 0, sum_ = 0;
};

}  // namespace l2l
