// dphi_full of the golden files through the code that meta-trains: a horizon of one unroll.
#include <catch2/catch.hpp>

#include "core/tolerances.hpp"
#include "golden_files.hpp"
#include "harness/compute/horizon.hpp"
#include "harness/conformance/architecture.hpp"
#include "harness/conformance/quadratics.hpp"

using namespace l2l;

namespace {

template <class Real>
std::vector<double> trained_gradient(const GoldenObject& file, std::size_t steps,
                                     std::vector<double> weights = {}) {
  const GoldenArchitecture architecture = read_architecture(file);
  const GoldenQuadratics golden = read_quadratics(file);
  FunctionBatch<Real> functions(make_functions<Real>(golden));
  LearnedOptimizer<Real> optimizer(architecture.spec, PhiAssignment::shared(golden.dimension),
                                   DashedEdges::kept);
  std::vector<double> phi = architecture.phi, dphi;
  MetaAdam adam(phi.size());
  train_horizon<Real>(
      optimizer, functions, {steps, steps, std::move(weights), 0, DashedEdges::kept},
      [](std::size_t) { return 0.01; }, phi, adam,
      [&](const UnrollReport& report) { dphi.assign(report.dphi.begin(), report.dphi.end()); });
  CHECK(phi != architecture.phi);  // ADAM moved phi along it
  return dphi;
}

double error_of(const std::vector<double>& got, const std::vector<double>& expected) {
  REQUIRE(got.size() == expected.size());
  return largest_difference<double>(got, expected) / largest_magnitude(expected);
}

}  // namespace

TEST_CASE("golden: meta-training follows dphi_full where the dashed edges are kept") {
  const std::string name =
      GENERATE("C_metagrad_H5_raw.json", "C_metagrad_H5_pre.json", "C_metagrad_H5_raw_strong.json",
               "C_metagrad_H20_raw.json", "D_gac_H5_g2.json", "D_ntm_H5_g2_I.json", "D_ntm_H5_g2_hist3.json");
  CAPTURE(name);
  const nlohmann::json content = load_golden(name);
  const GoldenObject file(content, name);
  const ArchitectureSpec spec = read_architecture(file).spec;
  const auto steps = static_cast<std::size_t>(file.object("cfg").number("K"));
  const std::vector<double> full = read_phi(file.object("dphi_full"), spec);
  const std::vector<double> dropped = read_phi(file.object("dphi_dropped"), spec);
  CHECK(error_of(trained_gradient<double>(file, steps), full) < tolerances::kMetaGradient.float64);
  const std::vector<double> single = trained_gradient<float>(file, steps);
  CHECK(error_of(single, full) < tolerances::kMetaGradient.float32);
  CHECK(error_of(dropped, full) > 10 * error_of(single, full));

  if (!file.has("alt_weightings")) return;
  const GoldenObject last = file.object("alt_weightings").object("w_final_only");
  std::vector<double> weights(steps, 0.0);
  weights.back() = 1;
  CHECK(error_of(trained_gradient<double>(file, steps, weights), read_phi(last.object("dphi_full"), spec)) <
        tolerances::kMetaGradient.float64);
}
