// The coordinatewise LSTM (paper section 2.1) in double precision, all coordinates together, to be read
// beside the equations: what the SIMD kernels are tested against, and what double-precision conformance runs
// use.
#pragma once

#include <memory>

#include "optimizers/lstm.hpp"
#include "optimizers/reference_algebra.hpp"

namespace l2l {

/// The network's inputs for the gradients g (paper appendix A): (N) -> (N, spec.inputs()).
reference::Matrix preprocess_gradients(const LstmSpec& spec, const reference::Vector& g);

/// dL/dg from dL/d inputs (columns beyond spec.inputs() are ignored), branch by branch: 1; (1 / (p g), 0) or
/// (0, e^p).
reference::Vector preprocessing_adjoint(const LstmSpec& spec, const reference::Vector& g,
                                        const reference::Matrix& dinputs);

std::unique_ptr<CoordinatewiseLstm<double>> make_reference_lstm(const LstmSpec& spec);

}  // namespace l2l
