// Accuracy of exp, log, tanh and sigma over all 2^32 floats, and NaN through the kernels.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tests/exhaustive/primitives_test.cpp"
#include "core/each_target.hpp"
#include "tests/exhaustive/scan-inl.hpp"

#if HWY_ONCE
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "core/parallel.hpp"
#include "core/random.hpp"
#include "optimizees/elementwise.hpp"
#include "optimizers/kernels/isa.hpp"
#include "tests/support/accuracy_table.hpp"

namespace l2l {
HWY_EXPORT(ScanExp2);
HWY_EXPORT(ScanLog);
HWY_EXPORT(ScanCell);
HWY_EXPORT(ScanExponential);
HWY_EXPORT(References);
}  // namespace l2l

using namespace l2l;
using namespace l2l::testing;

namespace {

#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
constexpr bool kFastBuild = true;
#else
constexpr bool kFastBuild = false;
#endif

/// Every input on the best level; elsewhere a sample, which must have the same bits: larger where the machine
/// has a fused multiply-add, smaller where it is emulated. Only a small sample in builds without optimisation
/// or under a sanitizer. L2LBENCH_EXHAUSTIVE=1: every input everywhere.
std::uint32_t stride_of(const std::string& isa) {
  constexpr std::uint32_t kLargeSample = 61, kSmallSample = 4'099;  // primes
  const char* everything = std::getenv("L2LBENCH_EXHAUSTIVE");
  if (everything != nullptr && *everything == '1') return 1;
  if (!kFastBuild || isa == "sse4" || isa == "scalar") return kSmallSample;
  return isa == available_isas().front() ? 1 : kLargeSample;
}

/// Runs a scan over all bit patterns, in parallel.
template <class Function>
ScanResult scan_all(std::uint32_t stride, bool with_reference, Function&& scan_part) {
  constexpr std::size_t kPart = std::size_t{1} << 16;
  const std::uint64_t inputs = (std::uint64_t{1} << 32) / stride;
  const std::size_t parts = static_cast<std::size_t>((inputs + kPart - 1) / kPart);
  std::vector<ScanResult> results(parts);
  parallel_for(parts, [&](std::size_t p) {
    Scan scan;
    scan.first = static_cast<std::uint32_t>(p * kPart * stride);
    scan.stride = stride;
    scan.count = kPart;  // the last part of a sample runs over the end, to inputs that were seen already
    scan.given = nullptr;
    scan.with_reference = with_reference;
    results[p] = scan_part(scan);
  });
  ScanResult all;
  for (const ScanResult& part : results) {
    for (std::size_t r = 0; r < kScanMaxRows; ++r) all.worst[r] = std::max(all.worst[r], part.worst[r]);
    all.checksum += part.checksum;
    all.inputs += part.inputs;
    all.wrong += part.wrong;
  }
  return all;
}

/// The errors on the best level, then the same bits on all others.
template <class Function>
ScanResult scan_levels(Function&& scan_part) {
  const std::vector<std::string> levels = available_isas();
  std::map<std::uint32_t, std::uint32_t> expected;  // checksum by stride
  ScanResult best;
  for (const std::string& isa : levels) {
    const IsaOverride level(isa);
    CAPTURE(isa);
    const std::uint32_t stride = stride_of(isa);
    const bool is_best = isa == levels.front();
    if (expected.count(stride) == 0 && !is_best) {
      const IsaOverride first(levels.front());
      expected[stride] = scan_all(stride, false, scan_part).checksum;
    }
    const ScanResult result = scan_all(stride, is_best, scan_part);
    CHECK(result.inputs > 0);
    CHECK(result.wrong == 0);
    if (is_best) best = result;
    CHECK(result.checksum == expected.try_emplace(stride, result.checksum).first->second);
  }
  return best;
}

void check_bounds(const ScanResult& result, const std::vector<std::string>& rows) {
  for (std::size_t r = 0; r < rows.size(); ++r) {
    INFO(rows[r] << ": " << result.worst[r] << " over " << result.inputs << " inputs");
    CHECK(result.worst[r] <= documented_bound(rows[r]));
    CHECK(result.worst[r] > 0);
  }
}

}  // namespace

TEST_CASE("the references agree with the C library") {
  const RandomStream stream(1);
  double worst_exp = 0, worst_log = 0;
  for (std::size_t group = 0; group < 50'000; ++group) {
    double x[16], e[16], l[16];
    for (std::size_t k = 0; k < 16; ++k) {
      const double u = 2 * stream.uniform(2 * (16 * group + k)) - 1;
      x[k] = u * std::exp2(static_cast<double>(stream.below(2 * (16 * group + k) + 1, 40)) - 30);
    }
    HWY_DYNAMIC_DISPATCH(References)(x, e, l);
    for (std::size_t k = 0; k < 16; ++k) {
      if (std::abs(x[k]) < 700) worst_exp = std::max(worst_exp, std::abs(e[k] / std::exp(x[k]) - 1));
      const double log = std::log(std::abs(x[k]));
      worst_log = std::max(worst_log, std::abs(l[k] - log) / std::max(1.0, std::abs(log)));
    }
  }
  CHECK(worst_exp < 1e-13);
  CHECK(worst_log < 1e-14);
}

TEST_CASE("2^x of every float") {
  check_bounds(scan_levels([](const Scan& scan) { return HWY_DYNAMIC_DISPATCH(ScanExp2)(scan); }), {"exp2"});
}

TEST_CASE("ln x of every positive float") {
  const ScanResult result = scan_levels([](const Scan& scan) { return HWY_DYNAMIC_DISPATCH(ScanLog)(scan); });
  check_bounds(result, {"log"});
  if (stride_of(available_isas().front()) == 1) CHECK(result.inputs == 254 * (std::uint64_t{1} << 23));
}

TEST_CASE("sigma, tanh and the LSTM cell of every float") {
  check_bounds(scan_levels([](const Scan& scan) { return HWY_DYNAMIC_DISPATCH(ScanCell)(scan); }),
               {"sigma", "tanh", "cell", "cell", "cell", "cell", "cell"});
}

TEST_CASE("e^x and sigma of the optimizees, of every float, NaN of all kinds included") {
  const std::uint32_t stride = stride_of(available_isas().front());
  const ScanResult result = scan_all(stride, true, [](Scan scan) {
    // Loops of their own, or the compiler does not vectorise them.
    std::vector<float> x(scan.count), values(2 * scan.count);
    for (std::size_t i = 0; i < scan.count; ++i)
      x[i] = std::bit_cast<float>(scan.first + static_cast<std::uint32_t>(i) * scan.stride);
    for (std::size_t i = 0; i < scan.count; ++i) values[i] = exponential(x[i]);
    for (std::size_t i = 0; i < scan.count; ++i) values[scan.count + i] = sigmoid(x[i]);
    scan.given = values.data();
    return HWY_DYNAMIC_DISPATCH(ScanExponential)(scan);
  });
  CHECK(result.wrong == 0);
  if (stride == 1) CHECK(result.inputs == std::uint64_t{1} << 32);
  check_bounds(result, {"exponential", "sigmoid"});
}
#endif  // HWY_ONCE
