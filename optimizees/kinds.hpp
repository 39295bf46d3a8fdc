// The variants an optimizee can have, as a suite names them.
#pragma once

namespace l2l {

/// Entries of W and y: IID N(0, 1) as in the paper, or IID uniform in [0, 1] as in its released code.
/// spectrum: W = U diag(s) V^T of a given condition number, U and V random rotations, y as in gaussian.
enum class QuadraticDistribution { gaussian, uniform, spectrum };

enum class Activation { sigmoid, tanh, relu };

}  // namespace l2l
