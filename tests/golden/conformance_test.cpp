// The conformance command on files of other sizes, damaged files and whole directories.
#include <functional>
#include <sstream>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/json.hpp"
#include "golden_files.hpp"
#include "harness/conformance/conformance.hpp"

using namespace l2l;
using nlohmann::json;

namespace {

// B copies of an array along a new dimension at `axis` (0: before all, 1: after the first).
json repeated(const json& array, std::size_t count, std::size_t axis) {
  json result = array;
  result["shape"].insert(result["shape"].begin() + static_cast<std::ptrdiff_t>(axis), count);
  const std::size_t outer = axis == 0 ? 1 : array["shape"][0].get<std::size_t>();
  const std::size_t inner = array["data"].size() / outer;
  result["data"] = json::array();
  for (std::size_t o = 0; o < outer; ++o)
    for (std::size_t b = 0; b < count; ++b)
      for (std::size_t i = 0; i < inner; ++i) result["data"].push_back(array["data"][o * inner + i]);
  return result;
}

json batch_of(std::size_t count, std::size_t state_axis) {
  json file = load_golden("C_metagrad_H5_raw.json");
  for (const char* key : {"W", "y", "theta0"}) file[key] = repeated(file[key], count, 0);
  for (const char* key : {"losses", "thetas", "grads", "updates"}) file[key] = repeated(file[key], count, 1);
  for (const char* key : {"final_h", "final_c"}) file[key] = repeated(file[key], count, state_axis);
  return file;
}

std::string run(const std::filesystem::path& directory, int expected_code) {
  std::ostringstream out;
  CHECK(run_conformance(directory, out) == expected_code);
  return out.str();
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("conformance: a batch of functions, meta-loss their mean") {
  const ScratchDirectory scratch;
  // The state as (B, layers, n, H) and as (layers, B, n, H); with B = layers = 2 the shape does not tell.
  for (const std::size_t count : {1U, 2U, 3U})
    for (const std::size_t state_axis : {0U, 1U}) {
      json file = batch_of(count, state_axis);
      FileCheck check = scratch.check("C_metagrad_batch.json", file);
      CAPTURE(count, state_axis, check.problem);
      CHECK(check.verdict() == FileVerdict::passed);
      CHECK(check.quantities.size() == 2 * 10 + 1 + 12);
      json& entry = file["final_h"]["data"][7];
      entry = entry.get<double>() + 1e-3;
      check = scratch.check("C_metagrad_batch.json", file);
      CHECK(check.verdict() == FileVerdict::failed);
    }
}

TEST_CASE("conformance: optional keys may be missing, and what is left is compared") {
  const ScratchDirectory scratch;
  json file = load_golden("C_metagrad_H5_raw.json");
  for (const char* key : {"thetas", "grads", "updates", "losses", "weights", "final_h", "final_c",
                          "meta_loss", "alt_weightings", "fd_full", "fd_dropped", "fd_check", "dphi_full"})
    file.erase(key);
  FileCheck check = scratch.check("C.json", file);
  CAPTURE(check.problem);
  CHECK(check.verdict() == FileVerdict::passed);
  CHECK(check.quantities.size() == 2);
  CHECK(check.not_implemented.empty());
  file.erase("dphi_dropped");
  CHECK(scratch.check("C.json", file).problem.find("nothing to compare") != std::string::npos);

  json forward = load_golden("B_lstm_forward_H5_raw.json");
  forward.erase("cfg");
  forward.erase("h_all");
  check = scratch.check("B.json", forward);
  CHECK(check.verdict() == FileVerdict::passed);
  CHECK(check.quantities.size() == 8);
}

TEST_CASE("conformance: any p of the preprocessing, whatever else is left out") {
  const ScratchDirectory scratch;
  const json original = load_golden("A_preprocess.json");
  json file = {{"grad", original["grad"]}, {"out_p10.0", original["out_p10"]}};
  const FileCheck check = scratch.check("A.json", file);
  CAPTURE(check.problem);
  CHECK(check.verdict() == FileVerdict::passed);
  CHECK(check.quantities.size() == 2);
  json wrong = {{"grad", original["grad"]}, {"out_p7", original["out_p10"]}};
  CHECK(scratch.check("A.json", wrong).verdict() == FileVerdict::failed);
}

TEST_CASE("conformance: kinds are told by content, not by name") {
  const ScratchDirectory scratch;
  CHECK(scratch.check("x.json", load_golden("B_lstm_forward_H5_raw.json")).kind == "LSTM forward");
  CHECK(scratch.check("x.json", load_golden("F_mlp_relu_1h.json")).kind == "MLP");
  CHECK(scratch.check("x.json", load_golden("D_gac_H5_g2.json")).kind == "LSTM+GAC");
  CHECK(scratch.check("x.json", {{"params", {{"conv0_w", 1}}}}).kind == "convnet");
  CHECK(scratch.check("x.json", {{"cfg", {{"Wh", 3}, {"n_global", 5}}}, {"phi", 0}, {"W", 0}}).kind ==
        "NTM-BFGS");
  CHECK(scratch.check("x.json", {{"inverse_hessian", 0}}).kind == "inverse BFGS on the memory");
  const FileCheck unknown = scratch.check("Z_other.json", {{"something", 1}});
  CHECK(unknown.verdict() == FileVerdict::not_implemented);
  CHECK(contains(unknown.not_implemented.at(0), "unknown kind"));
  CHECK(contains(unknown.not_implemented.at(0), "something"));
}

TEST_CASE("conformance: an unknown method is reported, the others are replayed") {
  const ScratchDirectory scratch;
  const json original = load_golden("E_baselines.json");
  json file = {{"quad", {}}};
  for (const char* key : {"W", "y", "theta0", "sgd"}) file["quad"][key] = original["quad"][key];
  file["quad"]["unheard_of"] = original["quad"]["sgd"];
  const FileCheck check = scratch.check("E.json", file);
  CHECK(check.verdict() == FileVerdict::passed);
  CHECK(check.quantities.size() == 3);
  REQUIRE(check.not_implemented.size() == 1);
  CHECK(contains(check.not_implemented[0], "quad.unheard_of"));
  file["quad"]["sgd"]["warmth"] = 3;
  CHECK(contains(scratch.check("E.json", file).problem, "warmth"));
}

TEST_CASE("conformance: damaged files fail with a message that names file and key") {
  const ScratchDirectory scratch;
  const json good = load_golden("C_metagrad_H5_raw.json");
  const auto problem_of = [&](const std::function<void(json&)>& damage) {
    json file = good;
    damage(file);
    const FileCheck check = scratch.check("C_metagrad_bad.json", file);
    CHECK(check.verdict() == FileVerdict::failed);
    return check.problem;
  };
  CHECK(contains(problem_of([](json& f) { f.erase("phi"); }), "C_metagrad_bad.json"));
  CHECK(contains(problem_of([](json& f) { f.erase("y"); }), "y: missing"));
  CHECK(contains(problem_of([](json& f) { f["phi"].erase("b1"); }), "phi.b1: missing"));
  CHECK(contains(problem_of([](json& f) { f["y"]["data"].erase(3); }), "y: shape [10] with 9 values"));
  CHECK(contains(problem_of([](json& f) { f["y"]["data"][3] = "7"; }), "y: entry 3"));
  CHECK(contains(problem_of([](json& f) { f["y"]["data"][3] = nullptr; }), "y: entry 3"));
  CHECK(contains(problem_of([](json& f) { f["y"]["shape"] = {-10}; }), "y: "));
  CHECK(contains(problem_of([](json& f) { f["W"]["shape"] = {5, 20}; }), "W: shape (5, 20)"));
  CHECK(contains(problem_of([](json& f) { f["phi"]["W_hh1"]["shape"] = {5, 20}; }), "W_hh1: shape"));
  CHECK(contains(problem_of([](json& f) { f["cfg"]["H"] = 6; }), "cfg.H"));
  CHECK(contains(problem_of([](json& f) { f["cfg"]["preproc"] = 1; }), "cfg.preproc"));
  CHECK(contains(problem_of([](json& f) { f["cfg"]["K"] = -1; }), "cfg.K"));
  CHECK(contains(problem_of([](json& f) { f["cfg"]["K"] = 19; }), "weights: shape"));
  CHECK(contains(problem_of([](json& f) { f["cfg"] = 3; }), "cfg: no JSON object"));
  CHECK(contains(problem_of([](json& f) { f["thetas"] = f["grads"]; }), "thetas"));
  CHECK(contains(problem_of([](json& f) { f["y"]["shape"] = {std::uint64_t{1} << 63, 2, 0}; }), "y: "));
  const std::string text = good.dump();
  CHECK(contains(check_golden_file(scratch.write("half.json", text.substr(0, text.size() / 2))).problem,
                 "damaged JSON"));
  CHECK(contains(check_golden_file(scratch.write("empty.json", "")).problem, "damaged JSON"));
  CHECK(contains(check_golden_file(scratch.write("list.json", "[1, 2]")).problem, "no JSON object"));
  CHECK(check_golden_file(scratch.path() / "absent.json").verdict() == FileVerdict::failed);
}

TEST_CASE("conformance: matrices that do not lie in theta") {
  const ScratchDirectory scratch;
  const json original = load_golden("E_published_rules.json")["matrices"];
  const auto problem_with = [&](std::vector<double> matrices, std::vector<std::size_t> shape) {
    json file = {{"matrices", original}};
    file["matrices"]["matrices"] = {{"shape", shape}, {"dtype", "float64"}, {"data", matrices}};
    return scratch.check("E.json", file).problem;
  };
  CHECK(problem_with({1, 3, 4, 13, 3, 2}, {2, 3}).empty());
  CHECK(contains(problem_with({1, 3, 4, 13}, {2, 2}), "matrices: 2 columns, expected 3"));
  CHECK(contains(problem_with({1, 3, 4.5}, {1, 3}), "matrices: row 0: 4.5 is no number"));
  CHECK(contains(problem_with({1, 3, -4}, {1, 3}), "matrices: row 0: -4 is no number"));
  CHECK(contains(problem_with({1, 3, 0}, {1, 3}), "matrices: row 0: 3 x 0"));
  CHECK(contains(problem_with({1, 3, 7}, {1, 3}), "matrices: row 0: 3 x 7 from coordinate 1 of 20 on"));
  CHECK(contains(problem_with({1, 3, 4, 12, 3, 2}, {2, 3}), "matrices: row 1: 3 x 2"));
}

TEST_CASE("conformance: damaged MLP files") {
  const ScratchDirectory scratch;
  const auto problem_of = [&](const std::function<void(json&)>& damage) {
    json file = load_golden("F_mlp_sigmoid_1h.json");
    damage(file);
    const FileCheck check = scratch.check("F_mlp_bad.json", file);
    CHECK(check.verdict() == FileVerdict::failed);
    return check.problem;
  };
  CHECK(contains(problem_of([](json& f) { f["labels"]["data"][0] = 10; }), "labels"));
  CHECK(contains(problem_of([](json& f) { f["labels"]["data"][0] = -1; }), "labels"));
  CHECK(contains(problem_of([](json& f) { f["cfg"]["activation"] = "softplus"; }), "softplus"));
  CHECK(contains(problem_of([](json& f) { f["cfg"]["dims"] = {12, 8, 10}; }), "dims"));
  CHECK(contains(problem_of([](json& f) { f["params"]["W1"]["shape"] = {7, 10}; }), "W1"));
  CHECK(contains(problem_of([](json& f) { f["x"]["shape"] = {12, 6}; }), "x: shape"));
}

TEST_CASE("conformance: exit codes and summary of a directory") {
  const ScratchDirectory scratch;
  CHECK(contains(run(scratch.path(), 4), "nothing was compared"));
  std::ostringstream nowhere;
  CHECK_THROWS_AS(run_conformance(scratch.path() / "nowhere", nowhere), Error);

  scratch.write("notes.txt", "not looked at");
  scratch.write("D.json", "{\"something\": 1}");
  const std::string only_unknown = run(scratch.path(), 4);
  CHECK(contains(only_unknown, "1 files: 0 passed, 0 failed, 1 not implemented"));

  scratch.write("B.json", load_golden("B_lstm_forward_H5_raw.json").dump());
  const std::string good = run(scratch.path(), 0);
  CHECK(contains(good, "pass  B.json  float64  h_all  error "));
  CHECK(contains(good, "pass  B.json  float32  h_all  error "));
  CHECK(contains(good, "D.json  not implemented: unknown kind of file"));
  CHECK(contains(good, "2 files: 1 passed, 0 failed, 1 not implemented"));
  CHECK(contains(good, "10 quantities: 10 passed, 0 failed; 1 not implemented"));

  scratch.write("A.json", "{\"grad\": ");
  const std::string bad = run(scratch.path(), 1);
  CHECK(contains(bad, "FAIL  A.json  damaged JSON"));
  CHECK(contains(bad, "pass  B.json  float64  h_all"));
  CHECK(contains(bad, "3 files: 1 passed, 1 failed, 1 not implemented"));
}
