#include "tests/unit/optimizers/rule_digests.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <limits>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "core/digest.hpp"
#include "core/error.hpp"
#include "core/parallel.hpp"
#include "core/random.hpp"
#include "optimizers/kernels/isa.hpp"
#include "tests/unit/optimizers/quadratic_gradient.hpp"

namespace l2l::testing {
namespace {

constexpr const char* kHead =
    "# Digests of the rules' bits. Written by `cmake --build build/release --target rule_digests`, which "
    "adds\n"
    "# what is missing (also to a line that ends after the hyperparameters: \"rule 1 name=value\") and "
    "refuses\n"
    "# changes under the same version. Columns: rule, its version, hyperparameters, digest in float, in "
    "double.\n";

constexpr std::size_t kDigestSteps = 6;
constexpr std::size_t kShapes[] = {0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 1000, 40'000};

/// Gradients of all magnitudes and signs, with zeros, denormals, infinities and NaN among them.
template <class Real>
std::vector<Real> odd_gradients(std::size_t count, std::uint64_t seed) {
  using Limits = std::numeric_limits<Real>;
  constexpr Real kOdd[] = {0,
                           -Real{0},
                           Limits::denorm_min(),
                           -Limits::min() / 2,
                           Limits::min(),
                           -Limits::max(),
                           Limits::epsilon(),
                           Limits::infinity(),
                           -Limits::infinity(),
                           Limits::quiet_NaN()};
  const RandomStream stream(seed);
  std::vector<Real> g(count);
  for (std::size_t i = 0; i < count; ++i) {
    const int exponent = static_cast<int>(stream.below(3 * i, 60)) - 40;
    g[i] = static_cast<Real>(std::ldexp(2 * stream.uniform(3 * i + 1) - 1, exponent));
    if (stream.below(3 * i + 2, 50) == 0) g[i] = kOdd[stream.below(3 * i + 2, 5000) / 50 % 10];
  }
  return g;
}

/// NaN has many bit patterns, and which of them comes out is up to the compiler: any counts as one.
template <class Real>
void add_values(Sha256& sha, std::vector<Real> values) {
  for (Real& value : values)
    if (std::isnan(value)) value = std::numeric_limits<Real>::quiet_NaN();
  sha.update_array(std::span<const Real>(values));
}

template <class Real>
void run_on_coordinates(Optimizer<Real>& optimizer, Sha256& sha) {
  for (const std::size_t n : kShapes) {
    const std::vector<Real> gradients = odd_gradients<Real>(n * kDigestSteps, 7 + n);
    std::vector<Real> theta(n), point(n);
    for (std::size_t i = 0; i < n; ++i) theta[i] = static_cast<Real>(RandomStream(3).uniform(i) - 0.5);
    optimizer.start(n);
    for (std::size_t t = 0; t < kDigestSteps; ++t) {
      if (optimizer.looks_ahead()) {
        optimizer.gradient_point(theta, point);
        add_values(sha, point);
      }
      optimizer.step(std::span<const Real>(gradients).subspan(t * n, n), theta);
      add_values(sha, theta);
    }
  }
}

template <class Real>
void run_on_functions(Optimizer<Real>& optimizer, Sha256& sha) {
  constexpr std::size_t kFunctions = 2, kDimension = 12;
  constexpr MatrixRange kMatrices[] = {{0, 2, 3}, {7, 4, 1}};  // and two coordinates beside them
  optimizer.set_matrices(kMatrices);
  optimizer.start_batch(kFunctions, kDimension);
  std::vector<Real> theta(kFunctions * kDimension), gradient(theta.size());
  RandomStream(3).fill_normal<Real>(theta, 1.0);
  for (int t = 0; t < 20; ++t) {
    for (std::size_t f = 0; f < kFunctions; ++f) {
      const auto part = std::span(theta).subspan(f * kDimension, kDimension);
      const auto g = gradient_at({part.begin(), part.end()});
      std::copy(g.begin(), g.end(), gradient.begin() + static_cast<std::ptrdiff_t>(f * kDimension));
    }
    optimizer.step(gradient, theta);
    add_values(sha, theta);
  }
}

/// The digest on every instruction set; nullopt where they differ.
template <class Real>
std::optional<std::string> digest_anywhere(const Rule& rule, const Hyperparameters& given) {
  std::optional<std::string> first;
  for (const std::string& isa : available_isas()) {
    const IsaOverride level(isa);
    const std::string digest = digest_of_rule<Real>(rule, given);
    if (first && *first != digest) return std::nullopt;
    first = digest;
  }
  return first;
}

std::string settings_text(const Hyperparameters& given) {
  std::string text;
  for (const auto& [name, value] : given)
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", name, value);
  return text;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

template <class Number>
Number number(const std::string& text, const Where& where) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    throw Error(ErrorCode::format, where, fmt::format("'{}' is no number", text));
  return value;
}

RuleDigests row_from(const std::string& line, const Where& where) {
  const std::vector<std::string> columns = split(line, '\t');
  if (columns.size() < 2 || columns.size() == 4 || columns.size() > 5)
    throw Error(ErrorCode::format, where, fmt::format("{} columns instead of 5", columns.size()));
  RuleDigests row{columns[0], number<int>(columns[1], where), {}, "", ""};
  if (columns.size() > 2 && !columns[2].empty())
    for (const std::string& setting : split(columns[2], ' ')) {
      const std::size_t equals = setting.find('=');
      if (equals == std::string::npos)
        throw Error(ErrorCode::format, where, fmt::format("'{}' is no name=value", setting));
      row.given[setting.substr(0, equals)] = number<double>(setting.substr(equals + 1), where);
    }
  if (columns.size() == 5) row.single = columns[3], row.twice = columns[4];
  return row;
}

void renew_row(RuleDigests row, const Rule& rule, RenewedDigests& result) {
  const std::string name = fmt::format("{} {{{}}}", row.rule, settings_text(row.given));
  const auto single = digest_anywhere<float>(rule, row.given),
             twice = digest_anywhere<double>(rule, row.given);
  if (!single || !twice) {
    result.refused.push_back(name + ": its bits depend on the instruction set");
    return;
  }
  const bool taken = !row.single.empty();
  const int version = rule.version_with(row.given);
  if (taken && (row.single != *single || row.twice != *twice) && version <= row.version) {
    result.refused.push_back(
        fmt::format("{}: its bits have changed, but its version is still {}: raise the version in the rule's "
                    "row, so that "
                    "what was computed before is computed again, or undo the change",
                    name, version));
    return;
  }
  RuleDigests renewed{row.rule, version, row.given, *single, *twice};
  if (!taken)
    result.changes.push_back(name + ": added");
  else if (row.version != version)
    result.changes.push_back(fmt::format("{}: version {}", name, version));
  result.rows.push_back(std::move(renewed));
}

}  // namespace

template <class Real>
std::string digest_of_rule(const Rule& rule, const Hyperparameters& given) {
  const FlushDenormals flush;
  Sha256 sha;
  const auto optimizer = rule.make<Real>(given);
  if (rule.coordinatewise)
    run_on_coordinates(*optimizer, sha);
  else
    run_on_functions(*optimizer, sha);
  return sha.hex().substr(0, 16);
}

template std::string digest_of_rule<float>(const Rule&, const Hyperparameters&);
template std::string digest_of_rule<double>(const Rule&, const Hyperparameters&);

std::vector<RuleDigests> read_rule_digests(const std::filesystem::path& path) {
  std::ifstream in(path);
  std::vector<RuleDigests> rows;
  Where where{path.string()};
  std::string line;
  while (std::getline(in, line)) {
    ++where.line;
    if (!line.empty() && line.front() != '#') rows.push_back(row_from(line, where));
  }
  if (where.line == 0) throw Error(ErrorCode::environment, where, "cannot be read");
  return rows;
}

std::string rule_digests_text(std::span<const RuleDigests> rows) {
  std::string text = kHead;
  for (const RuleDigests& row : rows)
    text += fmt::format("{}\t{}\t{}\t{}\t{}\n", row.rule, row.version, settings_text(row.given), row.single,
                        row.twice);
  return text;
}

RenewedDigests renew_rule_digests(std::span<const RuleDigests> rows, std::span<const Rule> all) {
  RenewedDigests result;
  for (const Rule& rule : all) {
    bool any = false;
    for (const RuleDigests& row : rows) {
      if (row.rule != rule.name) continue;
      renew_row(row, rule, result);
      any = true;
    }
    if (!any) renew_row({rule.name, rule.version, {}, "", ""}, rule, result);
  }
  for (const RuleDigests& row : rows)
    if (std::none_of(all.begin(), all.end(), [&](const Rule& rule) { return rule.name == row.rule; }))
      result.changes.push_back(fmt::format("{} {{{}}}: removed", row.rule, settings_text(row.given)));
  return result;
}

}  // namespace l2l::testing
