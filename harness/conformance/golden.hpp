// Reading golden files: arrays as {"shape", "dtype", "data"} in nested objects, and collecting results.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "core/json.hpp"
#include "core/ndarray.hpp"
#include "core/tensors.hpp"
#include "core/tolerances.hpp"
#include "harness/conformance/file_check.hpp"

namespace l2l {

/// The values of an array of a golden file, which are always doubles.
const std::vector<double>& doubles(const NdArray& array);

/// An object of a golden file that knows its own path, for errors. All getters throw Error{format} naming
/// file and key if what is there is not what is asked for.
class GoldenObject {
 public:
  GoldenObject(const nlohmann::json& json, std::string file);

  bool has(const std::string& key) const { return json_->contains(key); }
  GoldenObject object(const std::string& key) const;
  double number(const std::string& key) const;
  double number_or(const std::string& key, double otherwise) const;
  std::string text(const std::string& key) const;
  NdArray array(const std::string& key) const;
  /// The array, which must have this shape.
  NdArray array(const std::string& key, const std::vector<std::size_t>& shape) const;
  std::optional<NdArray> array_if(const std::string& key) const;
  /// The array as a tensor of T with values in it and N axes, which are named for the error: "(steps, n)".
  template <std::size_t N, class T = double>
  xt::xtensor<T, N> tensor(const std::string& key, const char* axes) const {
    const NdArray found = array(key);
    if (found.shape.size() != N || doubles(found).empty())
      fail(key, "shape " + shape_text(found.shape) + ", expected " + axes);
    return tensor_of<T, N>(found);
  }

  const nlohmann::json& json() const { return *json_; }
  /// Keys of this object that nobody has read yet.
  std::vector<std::string> unread_keys() const;
  std::string path_to(const std::string& key) const { return path_.empty() ? key : path_ + "." + key; }
  [[noreturn]] void fail(const std::string& key, const std::string& what) const;

 private:
  GoldenObject(const nlohmann::json& json, const GoldenObject& parent, std::string path);
  const nlohmann::json& at(const std::string& key) const;

  const nlohmann::json* json_;
  std::string file_, path_;
  std::shared_ptr<std::set<std::string>> read_;  // paths, shared with the whole file
};

/// max |actual - expected|, inf where that is not finite; both of the same size.
template <class Real>
double largest_difference(std::span<const Real> actual, std::span<const double> expected);

/// max |value|, 0 of none.
double largest_magnitude(std::span<const double> values);

/// Collects the comparisons of one file.
class GoldenReplay {
 public:
  explicit GoldenReplay(FileCheck& check) : check_(check) {}

  /// Compares in the measure of core/tolerances.hpp; Real says which precision was replayed.
  template <class Real>
  void compare(const std::string& quantity, std::span<const Real> actual, std::span<const double> expected,
               const Tolerance& tolerance);
  /// The same where the file has the quantity.
  template <class Real>
  void compare_if(const GoldenObject& file, const std::string& quantity, std::span<const Real> actual,
                  const Tolerance& tolerance) {
    if (const auto expected = file.array_if(quantity))
      compare<Real>(quantity, actual, doubles(*expected), tolerance);
  }
  /// The same with an error measured elsewhere.
  template <class Real>
  void record(const std::string& quantity, double error, const Tolerance& tolerance);
  void not_implemented(const std::string& quantity, const std::string& why);

 private:
  FileCheck& check_;
};

// The kinds of golden/README, each replayed in both precisions.
void replay_preprocessing(const GoldenObject& file, GoldenReplay& replay);
void replay_lstm_forward(const GoldenObject& file, GoldenReplay& replay);
void replay_metagradient(const GoldenObject& file, GoldenReplay& replay);
void replay_inverse_bfgs(const GoldenObject& file, GoldenReplay& replay);
void replay_meta_training(const GoldenObject& file, GoldenReplay& replay);
void replay_rules(const GoldenObject& file, GoldenReplay& replay);
void replay_mlp(const GoldenObject& file, GoldenReplay& replay);
void replay_convnet(const GoldenObject& file, GoldenReplay& replay);

}  // namespace l2l
