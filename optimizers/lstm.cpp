#include "optimizers/lstm.hpp"

#include "optimizers/lstm_reference.hpp"
#include "optimizers/lstm_simd.hpp"

namespace l2l {

template <>
std::unique_ptr<CoordinatewiseLstm<double>> make_lstm(const LstmSpec& spec) {
  return make_reference_lstm(spec);
}

template <>
std::unique_ptr<CoordinatewiseLstm<float>> make_lstm(const LstmSpec& spec) {
  return make_simd_lstm(spec);
}

}  // namespace l2l
