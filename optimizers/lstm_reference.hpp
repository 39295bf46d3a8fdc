// The coordinatewise LSTM in plain scalar code that reads like the equations: what the SIMD kernels are
// tested against, and what the double-precision conformance runs use.
#pragma once

#include <memory>

#include "optimizers/lstm.hpp"

namespace l2l {

/// The network's input for gradient g (paper appendix A): writes spec.inputs() values.
template <class Real>
void preprocess_gradient(const LstmSpec& spec, Real g, Real* input);

/// dL/dg from dL/d input, branch by branch: 1; (1 / (p g), 0) or (0, e^p).
template <class Real>
Real preprocessing_adjoint(const LstmSpec& spec, Real g, const Real* dinput);

template <class Real>
std::unique_ptr<CoordinatewiseLstm<Real>> make_reference_lstm(const LstmSpec& spec);

}  // namespace l2l
