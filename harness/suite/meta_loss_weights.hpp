// The weights w_t of the meta-loss L(phi) = E[sum_{t=1..T} w_t f(theta_t)] (paper, equation 3).
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace l2l {

struct MetaLossWeights {
  enum class Kind {
    all,          ///< w_t = 1
    last,         ///< w_t = 1[t = T]
    linear,       ///< w_t = from + (to - from) (t - 1) / (T - 1); w_1 = to where T = 1
    exponential,  ///< w_t = ratio^(T - t)
    listed,       ///< w_t = values[t - 1]
  };

  Kind kind = Kind::all;
  double from = 0, to = 0;          ///< linear
  double ratio = 1;                 ///< exponential
  std::vector<double> values = {};  ///< listed: one a step

  /// w_1 ... w_T, the same bits on every machine. @pre horizon >= 1, and as many values as that if listed
  std::vector<double> at_steps(int horizon) const;

  /// What is wrong with them for a horizon of T steps, as a whole: not one a step, or nothing weighs.
  std::optional<std::string> complaint(int horizon) const;
  static constexpr const char* kHint =
      "list one weight for each step t = 1 ... T, or say all, last or a formula";
};

}  // namespace l2l
