// The kinds of optimizees that a suite can name, one file each, and their registry.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.hpp"
#include "core/schema.hpp"
#include "optimizees/optimizee.hpp"

namespace l2l {

/// What a function of some settings amounts to: known without its data, and what plans and memory budgets
/// use.
struct OptimizeeShape {
  std::vector<ParameterGroup> groups;
  double gradient_flop = 0;        ///< of one value_and_gradient
  std::size_t function_bytes = 0;  ///< that one sampled function holds
  /// Time of one of these FLOP, where plans assume 1 of every other.
  double flop_weight = 1;

  std::size_t dimension() const { return groups.back().end; }
};

/// What is wrong with settings whose fields are right one by one.
struct SettingsComplaint {
  std::string
      place;  ///< dotted path of the value, an index for an item of a list: "split.train.end", "labels.2"
  std::string what;  ///< begins with the field: "split.train: the range [5, 5) is empty"
  std::string hint = {};
};

/// A kind of optimizees. Its settings are known to nobody else: here they are a JSON object of the fields,
/// where what is absent has its default and other keys are passed over.
class OptimizeeKind {
 public:
  virtual ~OptimizeeKind() = default;

  const std::string& name() const { return name_; }
  /// What it is, in a line.
  const std::string& doc() const { return doc_; }
  /// Raised by a change of the bits of its functions: part of the keys of all jobs that used it.
  int version() const { return version_; }
  /// Whether its functions have hessian_vector_product().
  virtual bool has_second_derivatives() const { return false; }

  /// What a suite may say beside the kind.
  virtual const std::vector<schema::Field>& fields() const = 0;
  /// What a sweep may vary; an order in which figures list it.
  virtual const std::vector<schema::Field>& axes() const = 0;
  /// All settings, those that were absent with their defaults.
  virtual nlohmann::json complete(const nlohmann::json& settings) const = 0;
  /// What decides the functions and nothing else. Seeds derive from it (problem_seed()), so that it changes
  /// for no other reason.
  virtual nlohmann::json canonical(const nlohmann::json& settings) const = 0;
  /// The inverse; throws where a setting is missing.
  virtual nlohmann::json from_canonical(const nlohmann::json& config) const = 0;
  /// Moves `settings` along one of axes(), or tells why these settings cannot be moved: "is gaussian, the
  /// axis needs ...".
  virtual std::optional<std::string> apply_axis(nlohmann::json& settings, std::string_view axis,
                                                const nlohmann::json& value) const = 0;
  /// What no schema says: ranges that depend on each other or on a data set.
  virtual std::optional<SettingsComplaint> complaint(const nlohmann::json& settings) const = 0;
  /// Data sets of the catalogue that its functions need.
  virtual std::vector<std::string> datasets(const nlohmann::json& settings) const = 0;
  /// Of settings without complaint().
  virtual OptimizeeShape shape(const nlohmann::json& settings) const = 0;
  /// The functions. Data sets are loaded, once per process: throws Error{data} where one is absent or
  /// damaged.
  /// @param identity  what their seeds derive from
  virtual std::shared_ptr<const OptimizeeFamily> make(const nlohmann::json& settings,
                                                      const std::string& identity) const = 0;

 protected:
  OptimizeeKind(std::string name, std::string doc, int version)
      : name_(std::move(name)), doc_(std::move(doc)), version_(version) {}

 private:
  std::string name_, doc_;
  int version_;
};

/// In the order of the registry.
std::vector<const OptimizeeKind*> optimizee_kinds();
/// Nullptr where there is none of that name.
const OptimizeeKind* find_optimizee_kind(std::string_view name);
/// Of a name that is known to be there (L2L_CHECK).
const OptimizeeKind& optimizee_kind(std::string_view name);
/// One more, of a program of one's own. Before any suite is read, and from one thread only.
void add_optimizee_kind(std::unique_ptr<const OptimizeeKind> kind);

}  // namespace l2l
