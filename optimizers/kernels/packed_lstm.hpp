// The weights phi of an LSTM in the order in which the vector kernels read them, and the way back for
// the gradient.
#pragma once

#include <span>
#include <vector>

#include "optimizers/kernels/float_buffer.hpp"
#include "optimizers/kernels/lstm_kernels.hpp"
#include "optimizers/lstm_spec.hpp"

namespace l2l {

inline constexpr double kLog2E = 1.4426950408889634;
/// Of the gate rows i, f, g, o (see LstmNet).
inline constexpr double kGateScale[4] = {-kLog2E, -kLog2E, -2 * kLog2E, -kLog2E};

class PackedLstm {
 public:
  explicit PackedLstm(const LstmSpec& spec);
  PackedLstm(const PackedLstm&) = delete;
  PackedLstm& operator=(const PackedLstm&) = delete;

  const LstmNet& net() const { return net_; }
  /// @param phi phi_size values in phi_layout order
  void pack(std::span<const float> phi);
  /// Adds a gradient in the kernels' order (net().gradient_size() values) to dphi in phi_layout order.
  void add_gradient(const double* packed, std::span<double> dphi) const;

 private:
  void pack_layer(std::size_t layer, const float* w_ih, const float* w_hh, const float* bias);

  std::vector<PhiArray> layout_;
  LstmNet net_{};
  FloatBuffer memory_;
};

}  // namespace l2l
