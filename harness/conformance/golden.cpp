#include "harness/conformance/golden.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/error.hpp"

namespace l2l {

const std::vector<double>& doubles(const NdArray& array) {
  return std::get<std::vector<double>>(array.values);
}

GoldenObject::GoldenObject(const nlohmann::json& json, std::string file)
    : json_(&json), file_(std::move(file)), read_(std::make_shared<std::set<std::string>>()) {
  if (!json.is_object()) throw Error(ErrorCode::format, Where{file_, 0, 0}, "the file is no JSON object");
}

GoldenObject::GoldenObject(const nlohmann::json& json, const GoldenObject& parent, std::string path)
    : json_(&json), file_(parent.file_), path_(std::move(path)), read_(parent.read_) {}

void GoldenObject::fail(const std::string& key, const std::string& what) const {
  throw Error(ErrorCode::format, Where{file_, 0, 0}, fmt::format("{}: {}", path_to(key), what));
}

const nlohmann::json& GoldenObject::at(const std::string& key) const {
  const auto found = json_->find(key);
  if (found == json_->end()) fail(key, "missing");
  read_->insert(path_to(key));
  return *found;
}

std::vector<std::string> GoldenObject::unread_keys() const {
  std::vector<std::string> keys;
  for (const auto& [key, unused] : json_->items())
    if (!read_->contains(path_to(key))) keys.push_back(key);
  return keys;
}

GoldenObject GoldenObject::object(const std::string& key) const {
  const nlohmann::json& value = at(key);
  if (!value.is_object()) fail(key, "no JSON object");
  return {value, *this, path_to(key)};
}

double GoldenObject::number(const std::string& key) const {
  const nlohmann::json& value = at(key);
  if (value.is_boolean()) return value.get<bool>() ? 1 : 0;
  if (!value.is_number()) fail(key, "not a number");
  return value.get<double>();
}

double GoldenObject::number_or(const std::string& key, double otherwise) const {
  return has(key) ? number(key) : otherwise;
}

std::string GoldenObject::text(const std::string& key) const {
  const nlohmann::json& value = at(key);
  if (!value.is_string()) fail(key, "not a string");
  return value.get<std::string>();
}

NdArray GoldenObject::array(const std::string& key) const {
  const nlohmann::json& value = at(key);
  if (!value.is_object() || !value.contains("shape") || !value.contains("data"))
    fail(key, "no array: {\"shape\", \"dtype\", \"data\"} expected");
  const nlohmann::json &shape = value["shape"], &data = value["data"];
  if (!shape.is_array() || !data.is_array()) fail(key, "shape and data must be lists");
  NdArray result;
  std::vector<double> values;
  std::size_t size = 1;
  for (const nlohmann::json& extent : shape) {
    if (!extent.is_number_unsigned()) fail(key, "a shape of something else than whole numbers");
    result.shape.push_back(extent.get<std::size_t>());
    if (result.shape.back() > data.size())
      fail(key, fmt::format("shape {} with {} values", shape.dump(), data.size()));
    size *= result.shape.back();
  }
  if (size != data.size()) fail(key, fmt::format("shape {} with {} values", shape.dump(), data.size()));
  values.reserve(size);
  for (const nlohmann::json& entry : data) {
    if (!entry.is_number()) fail(key, fmt::format("entry {} is {}", values.size(), entry.dump()));
    values.push_back(entry.get<double>());
  }
  result.values = std::move(values);
  return result;
}

NdArray GoldenObject::array(const std::string& key, const std::vector<std::size_t>& shape) const {
  NdArray result = array(key);
  if (result.shape != shape)
    fail(key, fmt::format("shape {}, expected {}", shape_text(result.shape), shape_text(shape)));
  return result;
}

std::optional<NdArray> GoldenObject::array_if(const std::string& key) const {
  if (!has(key)) return std::nullopt;
  return array(key);
}

template <class Real>
double largest_difference(std::span<const Real> actual, std::span<const double> expected) {
  double largest = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double difference = std::abs(static_cast<double>(actual[i]) - expected[i]);
    if (!std::isfinite(difference)) return std::numeric_limits<double>::infinity();
    largest = std::max(largest, difference);
  }
  return largest;
}
template double largest_difference(std::span<const float>, std::span<const double>);
template double largest_difference(std::span<const double>, std::span<const double>);

double largest_magnitude(std::span<const double> values) {
  double largest = 0;
  for (const double value : values) largest = std::max(largest, std::abs(value));
  return largest;
}

template <class Real>
void GoldenReplay::compare(const std::string& quantity, std::span<const Real> actual,
                           std::span<const double> expected, const Tolerance& tolerance) {
  if (actual.size() != expected.size())
    throw Error(ErrorCode::format, fmt::format("{}: {} values in the file, {} computed", quantity,
                                               expected.size(), actual.size()));
  const double error = largest_difference(actual, expected);
  const double largest = largest_magnitude(expected);
  record<Real>(quantity, largest > 0 ? error / largest : error, tolerance);
}

template <class Real>
void GoldenReplay::record(const std::string& quantity, double error, const Tolerance& tolerance) {
  constexpr bool kDouble = std::is_same_v<Real, double>;
  check_.quantities.push_back(
      {kDouble ? "float64" : "float32", quantity, error, kDouble ? tolerance.float64 : tolerance.float32});
}

void GoldenReplay::not_implemented(const std::string& quantity, const std::string& why) {
  check_.not_implemented.push_back(fmt::format("{} ({})", quantity, why));
}

template void GoldenReplay::compare(const std::string&, std::span<const float>, std::span<const double>,
                                    const Tolerance&);
template void GoldenReplay::compare(const std::string&, std::span<const double>, std::span<const double>,
                                    const Tolerance&);
template void GoldenReplay::record<float>(const std::string&, double, const Tolerance&);
template void GoldenReplay::record<double>(const std::string&, double, const Tolerance&);

}  // namespace l2l
