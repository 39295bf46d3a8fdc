// A kind of optimizees from a struct of settings with fields(): what the file of a kind derives from.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/fields.hpp"
#include "optimizees/kinds.hpp"

namespace l2l {

template <class Settings>
class KindOf : public OptimizeeKind {
 public:
  const std::vector<schema::Field>& fields() const final { return fields_; }
  const std::vector<schema::Field>& axes() const final { return axes_; }
  nlohmann::json complete(const nlohmann::json& settings) const final {
    return described().write(described().read(settings), Form::full);
  }
  nlohmann::json canonical(const nlohmann::json& settings) const final {
    return described().canonical(described().read(settings));
  }
  nlohmann::json from_canonical(const nlohmann::json& config) const final {
    return described().write(described().from_canonical(config), Form::full);
  }
  std::optional<std::string> apply_axis(nlohmann::json& settings, std::string_view axis,
                                        const nlohmann::json& value) const final {
    Settings moved = described().read(settings);
    if (auto refusal = refuse_axis(moved, axis)) return refusal;
    for (const SpecialAxis& special : special_axes_)
      if (special.field.name == axis) special.apply(moved, value);
    if (const FieldEntry* entry = described().axis(axis)) entry->set(&moved, value);
    settings = described().write(moved, Form::full);
    return std::nullopt;
  }
  std::optional<SettingsComplaint> complaint(const nlohmann::json& settings) const final {
    return complaint_about(described().read(settings));
  }
  std::vector<std::string> datasets(const nlohmann::json& settings) const final {
    return datasets_of(described().read(settings));
  }
  OptimizeeShape shape(const nlohmann::json& settings) const final {
    return shape_of(described().read(settings));
  }
  std::shared_ptr<const OptimizeeFamily> make(const nlohmann::json& settings,
                                              const std::string& identity) const final {
    return family_of(described().read(settings), identity);
  }

 protected:
  /// An axis that is no field: what it does to the settings.
  struct SpecialAxis {
    schema::Field field;
    void (*apply)(Settings& settings, const nlohmann::json& value);
  };

  KindOf(std::string name, std::string doc, int version, std::vector<SpecialAxis> special_axes = {})
      : OptimizeeKind(std::move(name), std::move(doc), version),
        fields_(described().common_fields()),
        special_axes_(std::move(special_axes)) {
    for (const SpecialAxis& special : special_axes_) axes_.push_back(special.field);
    for (schema::Field& axis : described().axes()) axes_.push_back(std::move(axis));
  }

  // The same as in OptimizeeKind, of settings as they are meant to be used.
  virtual std::optional<std::string> refuse_axis(const Settings&, std::string_view /*axis*/) const {
    return std::nullopt;
  }
  virtual std::optional<SettingsComplaint> complaint_about(const Settings&) const { return std::nullopt; }
  virtual std::vector<std::string> datasets_of(const Settings&) const { return {}; }
  virtual OptimizeeShape shape_of(const Settings& settings) const = 0;
  virtual std::shared_ptr<const OptimizeeFamily> family_of(const Settings& settings,
                                                           const std::string& identity) const = 0;

 private:
  static const Fields<Settings>& described() { return l2l::fields<Settings>(); }

  std::vector<schema::Field> fields_, axes_;
  std::vector<SpecialAxis> special_axes_;
};

}  // namespace l2l
