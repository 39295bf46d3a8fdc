// A wrong value anywhere in a golden file must be found: each test plants one and sees the file fail.
#include <cmath>

#include <catch2/catch.hpp>

#include "core/json.hpp"
#include "golden_files.hpp"

using namespace l2l;
using nlohmann::json;

namespace {

bool is_array(const json& value) {
  return value.is_object() && value.contains("data");
}

// The entry of largest magnitude of all arrays at or below `value`, or the plain number that it is.
json* largest_entry(json& value) {
  if (value.is_number()) return &value;
  if (!value.is_object()) return nullptr;
  json* largest = nullptr;
  const auto consider = [&](json* entry) {
    if (entry == nullptr) return;
    if (largest == nullptr || std::abs(entry->get<double>()) > std::abs(largest->get<double>()))
      largest = entry;
  };
  if (is_array(value))
    for (json& entry : value["data"]) consider(&entry);
  else
    for (auto& [key, child] : value.items()) consider(largest_entry(child));
  return largest;
}

bool plant(json& value, double relative) {
  json* const entry = largest_entry(value);
  if (entry == nullptr) return false;
  const double before = entry->get<double>();
  *entry =
      std::abs(before) < 1e-12 ? relative : before * (1 + relative);  // 1e-17 is a gradient that vanishes
  return true;
}

// The value at a dotted path; keys themselves hold no dots.
json& at_path(json& file, const std::string& path) {
  json* at = &file;
  for (std::size_t from = 0; from <= path.size();) {
    const std::size_t dot = std::min(path.find('.', from), path.size());
    at = &at->at(path.substr(from, dot - from));
    from = dot + 1;
  }
  return *at;
}

// What a planted error must exceed: finite differences carry an error of their own.
double planted_size(const QuantityCheck& quantity) {
  if (quantity.precision == "float32") return 1e-3;
  return quantity.name.find("fd_") == std::string::npos ? 1e-9 : 1e-6;
}

void every_planted_error_is_found(const std::string& name, std::initializer_list<const char*> inputs = {}) {
  const ScratchDirectory scratch;
  const json original = load_golden(name);
  const FileCheck good = scratch.check(name, original);
  REQUIRE(good.verdict() == FileVerdict::passed);
  for (const QuantityCheck& quantity : good.quantities) {
    const std::string path = quantity.name.substr(0, quantity.name.find(' '));
    json planted = original;
    REQUIRE(plant(at_path(planted, path), planted_size(quantity)));
    const FileCheck bad = scratch.check(name, planted);
    CAPTURE(name, quantity.precision, quantity.name, bad.problem);
    CHECK(bad.verdict() == FileVerdict::failed);
    for (const QuantityCheck& q : bad.quantities)
      if (q.precision == quantity.precision && q.name == quantity.name) CHECK_FALSE(q.passed());
  }
  for (const char* input : inputs) {
    json planted = original;
    REQUIRE(plant(at_path(planted, input), 1e-3));
    CAPTURE(input);
    CHECK(scratch.check(name, planted).verdict() == FileVerdict::failed);
  }
}

}  // namespace

TEST_CASE("planted errors: preprocessing, among tiny and ordinary gradients") {
  const ScratchDirectory scratch;
  const json original = load_golden("A_preprocess.json");
  for (const char* key : {"out_p10", "out_p1", "out_p7"})
    for (const std::size_t row : {24U, 40U, 150U})
      for (const std::size_t column : {0U, 1U}) {
        json planted = original;
        json& entry = planted[key]["data"][2 * row + column];
        const double before = entry.get<double>();
        entry = before + 1e-3;
        CAPTURE(key, row, column);
        for (const QuantityCheck& q : scratch.check("A.json", planted).quantities)
          CHECK(q.passed() != (q.name.substr(0, q.name.find(' ')) == key));
        entry = before * (1 + 1e-12);
        CHECK(scratch.check("A.json", planted).verdict() == FileVerdict::failed);
      }
}

TEST_CASE("planted errors: LSTM forward") {
  every_planted_error_is_found("B_lstm_forward_H5_raw.json",
                               {"grads", "phi.W_hh1", "phi.b_out", "cfg.scale"});
}

TEST_CASE("planted errors: meta-gradients") {
  every_planted_error_is_found("C_metagrad_H5_pre.json",
                               {"W", "y", "theta0", "weights", "phi.b0", "cfg.scale", "cfg.p"});
}

TEST_CASE("planted errors: LSTM+GAC and the memory") {
  every_planted_error_is_found("D_gac_H5_g2.json", {"W", "phi.W_hh1", "cfg.scale"});
  every_planted_error_is_found("D_ntm_H5_g2_hist3.json", {"phi.W_out", "phi.b_out"});
  every_planted_error_is_found("D2_inverse_bfgs.json", {"a", "b"});
}

TEST_CASE("planted errors: other switches of the architecture") {
  const ScratchDirectory scratch;
  const auto fails_with = [&](const char* name, const char* key, const json& value) {
    json file = load_golden(name);
    file["cfg"][key] = value;
    CAPTURE(name, key, value.dump());
    CHECK(scratch.check(name, file).verdict() == FileVerdict::failed);
  };
  fails_with("D_gac_H5_g2.json", "n_global", 1);
  fails_with("D_gac_H5_g2.json", "n_global", 6);
  fails_with("D_ntm_H5_g2_I.json", "n_global", 0);
  fails_with("D_ntm_H5_g2_I.json", "hist", 3);
  fails_with("D_ntm_H5_g2_I.json", "M0", "zero");
  fails_with("D_ntm_H5_g2_I.json", "M0", "unit");
  fails_with("D_ntm_H5_g2_I.json", "R", 2);
  fails_with("D_ntm_H5_g2_I.json", "Wh", 0);
  fails_with("D_ntm_H5_g2_hist3.json", "hist", 2);
  fails_with("D_ntm_H5_g2_hist3.json", "hist", 1.5);
}

TEST_CASE("planted errors: every array of dL/dphi counts") {
  const ScratchDirectory scratch;
  const json original = load_golden("C_metagrad_H5_raw.json");
  for (const auto& [key, unused] : original["dphi_dropped"].items()) {
    json planted = original;
    double largest = 0;
    for (const auto& [other, array] : original["dphi_dropped"].items())
      for (const json& entry : array["data"]) largest = std::max(largest, std::abs(entry.get<double>()));
    json& first = planted["dphi_dropped"][key]["data"][0];
    first = first.get<double>() + 1e-9 * largest;
    CAPTURE(key);
    CHECK(scratch.check("C_metagrad_H5_raw.json", planted).verdict() == FileVerdict::failed);
  }
}

TEST_CASE("planted errors: the gradient that is not dropped is told from the one that is") {
  const ScratchDirectory scratch;
  json planted = load_golden("C_metagrad_H5_raw_strong.json");
  std::swap(planted["dphi_dropped"], planted["dphi_full"]);
  for (const QuantityCheck& q : scratch.check("C_metagrad_H5_raw_strong.json", planted).quantities)
    CHECK(q.passed() == !q.name.starts_with("dphi_"));
}

TEST_CASE("planted errors: MLPs") {
  every_planted_error_is_found("F_mlp_sigmoid_2h.json", {"x", "params.W1", "params.b2"});
  every_planted_error_is_found("F_mlp_relu_1h.json");
}

TEST_CASE("planted errors: ConvNets") {
  every_planted_error_is_found("F_conv_8x8.json", {"params.conv0_w"});
  every_planted_error_is_found("F_conv_8x8_nobias.json", {"x", "params.conv1_w", "params.bn2_gamma",
                                                          "params.bn3_beta", "params.fc0_w", "cfg.bn_eps"});
}

TEST_CASE("planted errors: meta-training") {
  const ScratchDirectory scratch;
  const json original = load_golden("C_meta_training_trace.json");
  for (const char* path : {"losses", "theta_final", "unroll4.meta_loss", "unroll1.dphi_flat",
                           "unroll4.phi_after_flat", "cfg.meta_lr"}) {
    json planted = original;
    REQUIRE(plant(at_path(planted, path), 1e-9));
    CAPTURE(path);
    CHECK(scratch.check("C_meta_training_trace.json", planted).verdict() == FileVerdict::failed);
  }
}

TEST_CASE("planted errors: hand-designed rules") {
  const ScratchDirectory scratch;
  for (const char* name : {"E_baselines.json", "E_published_rules.json"}) {
    const json original = load_golden(name);
    for (const auto& [problem, runs] : original.items()) {
      if (!runs.is_object() || !runs.contains("theta0")) continue;
      for (const auto& [method, run] : runs.items()) {
        if (!run.is_object() || !run.contains("thetas")) continue;
        json planted = {{problem, {{method, run}}}};
        for (const auto& [key, value] : runs.items())
          if (is_array(value)) planted[problem][key] = value;
        REQUIRE(scratch.check("E.json", planted).verdict() == FileVerdict::passed);
        for (const auto& [key, value] : run.items()) {
          json wrong = planted;
          REQUIRE(plant(wrong[problem][method][key], 1e-9));
          CAPTURE(problem, method, key);
          CHECK(scratch.check("E.json", wrong).verdict() == FileVerdict::failed);
        }
      }
    }
  }
}
