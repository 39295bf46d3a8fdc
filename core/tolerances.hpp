// How far arithmetic may be from what it is tested against, in one place: golden vectors, and float32 from
// float64.
//
// The error of a quantity is max |actual - expected| / max |expected| over its entries: entries that are
// small beside the others carry the rounding of the large ones. (Preprocessing is compared entry by entry; a
// network's gradient that vanishes but for rounding, beside the other gradients.)
//
// float64: the reference itself agrees with PyTorch to 1e-15 (forward) and 1e-13 (meta-gradients), and we
// with it to 1e-14 on every file known; what is left is the order of sums, times what a closed loop
// amplifies. The tolerances leave room for files of other sizes and stay below the 1e-10 that the project
// promises.
//
// float32: unit roundoff is 6e-8. A closed loop (theta_{t+1} depends on the rounding of theta_t) amplifies it
// by a factor that belongs to the golden file, not to the implementation, up to chaos where signs decide
// (Rprop, ADAM's first steps). Meta-gradients and rules are therefore replayed step by step from the
// reference's theta (and rules on the double function's gradient): what is left is the rounding of one
// evaluation. Errors seen are below 3e-6 (dL/dphi over 100 steps) and 1e-6 (all else).
#pragma once

namespace l2l {

struct Tolerance {
  double float64;
  double float32;
};

namespace tolerances {

/// Appendix A, entry by entry: |actual - expected| / max(|expected|, floor), floor the smallest normal number
/// in float64 and 1 in float32, where it is read through an LSTM (conformance_preprocess.cpp).
inline constexpr Tolerance kPreprocessing{1e-14, 1e-5};

/// h, c and updates of the LSTM over given gradients. float32: rounding of sums over H, carried over steps.
inline constexpr Tolerance kForward{1e-13, 1e-5};

/// Losses and gradients of a quadratic at a given theta; in float64, and in meta-training, the closed loop.
inline constexpr Tolerance kTrajectory{1e-12, 1e-5};

/// dL/dphi through K steps, dashed edges dropped or kept. float32: rounding of the activations, multiplied by
/// the sums over K, n and H.
inline constexpr Tolerance kMetaGradient{1e-11, 5e-5};

/// dL/dphi against the file's finite differences, which carry their own error: 1e-9 of the largest entry in
/// the files known. A cross-check of the reference's gradients, float32 as above.
inline constexpr Tolerance kFiniteDifferences{1e-7, 5e-5};

/// M and its reads, driven by given heads. M_n against the inverse Hessian: BFGS with exact line search ends
/// there up to the conditioning of the function; float32 keeps M to rounding, which is all there is to ask.
inline constexpr Tolerance kMemory{1e-12, 1e-5};
inline constexpr Tolerance kInverseHessian{1e-10, 5e-4};
/// Iterates and gradients of the closed loop that reads its direction from M.
inline constexpr Tolerance kBfgs{1e-10, 0};

/// phi after an update of ADAM (which meta-training does in double for both). float32: the update divides by
/// the root of the gradient's square, so the relative error of even the smallest entry of dL/dphi enters it,
/// times the meta learning rate.
inline constexpr Tolerance kMetaUpdate{1e-11, 2e-4};

/// Parameters and losses along a hand-designed rule's trajectory. float32: one step from the same theta.
inline constexpr Tolerance kRule{1e-12, 1e-6};

/// Logits, loss and gradients of an MLP. float32: gradients are sums over the batch with cancellation.
inline constexpr Tolerance kMlp{1e-13, 1e-5};

/// The same of a ConvNet. float32: batch normalisation divides by deviations over few values, and the
/// gradient through it is a difference of sums.
inline constexpr Tolerance kConvNet{1e-12, 5e-5};

/// Unit tests know their sizes and are stricter than files of any size allow. float32 beside float64 only:
/// dL/dphi through a few short unrolls; a gradient of a 10-dimensional quadratic; the loss of a ConvNet; two
/// implementations of one convolution.
inline constexpr Tolerance kShortUnrolls{0, 2e-5};
inline constexpr Tolerance kSmallQuadratic{0, 3e-6};
inline constexpr Tolerance kConvNetLoss{0, 1e-5};
inline constexpr Tolerance kConvolution{0, 1e-5};

/// Whole numbers: labels and pixel sums.
inline constexpr Tolerance kExact{0, 0};

}  // namespace tolerances
}  // namespace l2l
