// Shape of the coordinatewise LSTM optimizer (paper section 2.1) and the layout of its parameters phi.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/names.hpp"

namespace l2l {

/// What the network is fed with (paper appendix A).
enum class Preprocessing {
  none,          ///< the raw gradient, one input
  log_and_sign,  ///< (ln|g| / p, sgn g) if |g| >= e^-p, else (-1, e^p g): two inputs
};
template <>
struct SpecNames<Preprocessing> {
  static constexpr std::array<std::pair<Preprocessing, std::string_view>, 2> names = {
      {{Preprocessing::none, "none"}, {Preprocessing::log_and_sign, "log-and-sign"}}};
};

struct LstmSpec {
  int layers = 2;   ///< 1..3
  int hidden = 20;  ///< H, hidden units per layer, 1..128
  Preprocessing preprocessing = Preprocessing::none;
  double p = 10.0;            ///< of log_and_sign
  double output_scale = 1.0;  ///< g_t = output_scale * (W_out h + b_out)

  int inputs() const { return preprocessing == Preprocessing::none ? 1 : 2; }
  friend bool operator==(const LstmSpec&, const LstmSpec&) = default;
};

/// One named array of phi inside the flat vector.
struct PhiArray {
  std::string name;  ///< W_ih0, W_hh0, b0, W_ih1, ..., W_out, b_out
  std::vector<std::size_t> shape;
  std::size_t offset = 0;
  std::size_t size = 0;
};

/// The flat order of phi: per layer W_ih (4H, n_in), W_hh (4H, H), b (4H); then W_out (1, H), b_out (1);
/// each row-major, gate rows in the order i, f, g, o; b is the sum of the two biases of torch's LSTMCell.
std::vector<PhiArray> phi_layout(const LstmSpec& spec);
std::size_t phi_size(const LstmSpec& spec);
/// The same layout with `inputs` in place of spec.inputs() and `outputs` rows of W_out and b_out.
std::vector<PhiArray> phi_layout(const LstmSpec& spec, std::size_t inputs, std::size_t outputs);

}  // namespace l2l
