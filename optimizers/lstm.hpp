// The coordinatewise LSTM optimizer (paper section 2.1).
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "optimizers/learned_architecture.hpp"
#include "optimizers/lstm_spec.hpp"

namespace l2l {

/// State h, c and weights phi of one LSTM over N coordinates; weights shared, state per coordinate.
/// float: SIMD kernels (optimizers/kernels), parallel over blocks of coordinates, same bits for any
/// number of threads and instruction set. double: the reference that reads like the equations.
template <class Real>
class CoordinatewiseLstm : public LearnedArchitecture<Real> {
 public:
  virtual const LstmSpec& spec() const = 0;
  /// N coordinates, h = c = 0.
  virtual void start(std::size_t n) = 0;
  /// Where functions begin and end makes no difference to it.
  void start(std::size_t functions, std::size_t coordinates) final { start(functions * coordinates); }
};

/// Defined in architectures/controller.cpp, which knows both.
template <class Real>
std::unique_ptr<CoordinatewiseLstm<Real>> make_lstm(const LstmSpec& spec);

}  // namespace l2l
