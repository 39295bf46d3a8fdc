// phi of a coupled architecture in the order in which the vector kernels read it, and the way back for the
// gradient: an LSTM's, with the columns of the read inputs and the rows of the heads beside it.
#pragma once

#include <span>
#include <vector>

#include "optimizers/architecture_spec.hpp"
#include "optimizers/kernels/packed_lstm.hpp"

namespace l2l {

class PackedController {
 public:
  explicit PackedController(const ArchitectureSpec& spec);

  /// Of inputs() inputs; its read-out is the update's alone.
  const LstmNet& net() const { return net_; }
  /// [outputs()][H + 1]: the rows of W_out, each with its bias.
  const float* output_weights() { return outputs_.data(); }
  /// W_ih0^T of the read inputs, then of the gradient's: [inputs() / 4][unit][gate][4].
  const float* input_weights() { return input_weights_.data(); }

  /// @param phi phi_size(spec) values
  void pack(std::span<const float> phi);

  /// Values of a layer's weight gradient in the kernels' order.
  std::size_t layer_gradient_size(std::size_t layer) const {
    return net_.columns(layer) * net_.padded_rows();
  }
  /// Adds a gradient to dphi: the layers' in the kernels' order one after the other, then [outputs()][H + 1].
  void add_gradient(std::span<const double> gradient, std::span<double> dphi) const;

 private:
  void insert_read_inputs(std::span<const float> phi);
  void pack_input_weights(std::span<const float> phi);

  ArchitectureSpec spec_;
  std::vector<PhiArray> layout_;
  std::vector<std::size_t> lstm_index_;  ///< where in phi the LSTM's part of it is
  PackedLstm lstm_;
  LstmNet net_;
  FloatBuffer first_layer_, input_weights_, outputs_;
};

}  // namespace l2l
