#include "optimizers/kernels/elementwise.hpp"

#include <algorithm>

#include "core/error.hpp"
#include "core/parallel.hpp"

namespace l2l {
namespace {

/// Coordinates that one task takes: more work than handing it to another thread.
constexpr std::size_t kChunk = 16'384;

template <class Real>
ElementwiseLoop<Real> loop_of(const ElementwiseKernel& kernel) {
  if constexpr (std::is_same_v<Real, float>)
    return kernel.on_floats;
  else
    return kernel.on_doubles;
}

}  // namespace

template <class Real>
void elementwise(const ElementwiseKernel& kernel,
                 std::initializer_list<std::type_identity_t<std::span<const Real>>> inputs,
                 std::initializer_list<std::type_identity_t<std::span<Real>>> outputs,
                 std::initializer_list<std::type_identity_t<Real>> constants) {
  L2L_CHECK(inputs.size() == kernel.inputs && outputs.size() == kernel.outputs &&
                constants.size() == kernel.constants,
            "{} of {} inputs, {} of {} outputs, {} of {} constants", inputs.size(), kernel.inputs,
            outputs.size(), kernel.outputs, constants.size(), kernel.constants);
  L2L_CHECK(outputs.size() >= 1 && std::max(inputs.size(), outputs.size()) <= kElementwiseMaxArrays,
            "{} inputs, {} outputs", inputs.size(), outputs.size());
  const std::size_t n = outputs.begin()->size();
  for (const auto& array : inputs) L2L_CHECK(array.size() == n, "an input has {} of {}", array.size(), n);
  for (const auto& array : outputs) L2L_CHECK(array.size() == n, "an output has {} of {}", array.size(), n);

  const auto run = [&](std::size_t chunk) {
    const std::size_t first = chunk * kChunk;
    const Real* in[kElementwiseMaxArrays];
    Real* out[kElementwiseMaxArrays];
    std::transform(inputs.begin(), inputs.end(), in, [=](const auto& a) { return a.data() + first; });
    std::transform(outputs.begin(), outputs.end(), out, [=](const auto& a) { return a.data() + first; });
    loop_of<Real>(kernel)(std::min(kChunk, n - first), in, out, constants.begin());
  };
  const std::size_t chunks = (n + kChunk - 1) / kChunk;
  if (chunks <= 1) {
    const FlushDenormals flush;
    if (n > 0) run(0);
  } else {
    parallel_for(chunks, run);
  }
}

template void elementwise<float>(const ElementwiseKernel&, std::initializer_list<std::span<const float>>,
                                 std::initializer_list<std::span<float>>, std::initializer_list<float>);
template void elementwise<double>(const ElementwiseKernel&, std::initializer_list<std::span<const double>>,
                                  std::initializer_list<std::span<double>>, std::initializer_list<double>);

}  // namespace l2l
