// Every golden vector of the repository through the real implementation.
#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "datasets/dataset.hpp"
#include "golden_files.hpp"

using namespace l2l;

namespace {

void check_passes(const char* name, const char* kind, std::size_t quantities) {
  const FileCheck check = check_golden_file(golden_directory() / name);
  CAPTURE(name, check.problem);
  CHECK(check.kind == kind);
  CHECK(check.verdict() == FileVerdict::passed);
  CHECK(check.quantities.size() == quantities);
  for (const QuantityCheck& q : check.quantities) {
    CAPTURE(q.precision, q.name, q.error, q.tolerance);
    CHECK(q.passed());
  }
}

}  // namespace

// Quantities are counted in both precisions: a key that is silently skipped would show.
TEST_CASE("golden: preprocessing") {
  check_passes("A_preprocess.json", "preprocessing", 2 * 3);
}

TEST_CASE("golden: LSTM forward") {
  for (const char* name :
       {"B_lstm_forward_H5_raw.json", "B_lstm_forward_H20_raw.json", "B_lstm_forward_H20_pre.json"})
    check_passes(name, "LSTM forward", 2 * 5);
}

TEST_CASE("golden: meta-gradients") {
  // losses, grads, updates, final_h, final_c, meta_loss, dphi and fd dropped and full; thetas in float64; two
  // other weightings of dphi and meta_loss.
  for (const char* name : {"C_metagrad_H5_raw.json", "C_metagrad_H5_pre.json", "C_metagrad_H20_raw.json"})
    check_passes(name, "meta-gradient", 2 * 10 + 1 + 2 * (2 * 3));
  check_passes("C_metagrad_H5_raw_strong.json", "meta-gradient", 2 * 10 + 1);
}

TEST_CASE("golden: LSTM+GAC") {
  check_passes("D_gac_H5_g2.json", "LSTM+GAC", 2 * 10 + 1);
}

TEST_CASE("golden: NTM-BFGS and its history form") {
  // head_outputs, reads and M beside what a meta-gradient file has.
  check_passes("D_ntm_H5_g2_I.json", "NTM-BFGS", 2 * 13 + 1);
  check_passes("D_ntm_H5_g2_hist3.json", "NTM-BFGS", 2 * 13 + 1);
}

TEST_CASE("golden: inverse BFGS on the memory") {
  // read, M, inverse_hessian in both precisions and both forms of M; thetas and gradients in float64.
  check_passes("D2_inverse_bfgs.json", "inverse BFGS on the memory", 2 * 2 * 3 + 2);
}

TEST_CASE("golden: meta-training") {
  check_passes("C_meta_training_trace.json", "meta-training", 2 * (2 + 5 * 3));
}

TEST_CASE("golden: hand-designed rules") {
  // 10 methods on 2 functions: thetas in both precisions, losses; NAG's look-ahead points and losses too.
  check_passes("E_baselines.json", "hand-designed rules", 2 * (10 * 3 + 3));
}

TEST_CASE("golden: rules of after the paper") {
  // 9 rules on 2 functions, look-ahead points and losses of the schedule-free two; Muon in both scalings.
  check_passes("E_published_rules.json", "hand-designed rules", 2 * (9 * 3 + 2 * 3) + 2 * 3);
}

TEST_CASE("golden: MLPs") {
  check_passes("F_mlp_sigmoid_1h.json", "MLP", 2 * 6);
  check_passes("F_mlp_relu_1h.json", "MLP", 2 * 6);
  check_passes("F_mlp_sigmoid_2h.json", "MLP", 2 * 8);
}

// ctest fetches MNIST before it runs this program.
TEST_CASE("golden: an MLP on MNIST") {
  check_passes("F_mlp_mnist_784_20_10.json", "MLP", 2 * 8);
}

TEST_CASE("golden: ConvNets, with and without biases before batch normalisation") {
  check_passes("F_conv_8x8.json", "convnet", 2 * (2 + 18));
  check_passes("F_conv_8x8_nobias.json", "convnet", 2 * (2 + 14));
}
