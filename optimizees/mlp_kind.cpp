// Multilayer perceptrons as a suite names them.
#include <algorithm>

#include "optimizees/kind_of.hpp"
#include "optimizees/labelled_settings.hpp"
#include "optimizees/mlp.hpp"

namespace l2l {
namespace {

schema::Node units_node() {
  return schema::integer(1, 10'000);
}

struct MlpSettings : LabelledSettings {
  std::vector<std::size_t> hidden = {20};
  Activation activation = Activation::sigmoid;
};

void set_units(MlpSettings& settings, const nlohmann::json& units) {
  std::fill(settings.hidden.begin(), settings.hidden.end(), units.get<std::size_t>());
}

void set_layers(MlpSettings& settings, const nlohmann::json& layers) {
  settings.hidden = std::vector<std::size_t>(layers.get<std::size_t>(), settings.hidden.front());
}

}  // namespace

template <>
const Fields<MlpSettings>& fields() {
  static const Fields<MlpSettings> described = {
      data_fields(),
      field("hidden", &MlpSettings::hidden, schema::list(units_node(), 1, kMostLayers),
            "hidden units per layer"),
      field("activation", &MlpSettings::activation, "of the hidden units").axis("of an mlp"),
      minibatch_fields()};
  return described;
}

namespace {

class MlpKind final : public KindOf<MlpSettings> {
 public:
  MlpKind()
      : KindOf("mlp", "cross-entropy of an MLP", /*version=*/1,
               {{schema::optional("hidden_units", units_node(), "units of every hidden layer of an mlp"),
                 set_units},
                {schema::optional("hidden_layers", schema::integer(1, kMostLayers),
                                  "hidden layers of the present units of an mlp"),
                 set_layers}}) {}

 private:
  std::optional<std::string> refuse_axis(const MlpSettings& settings, std::string_view axis) const override {
    const std::vector<std::size_t>& hidden = settings.hidden;
    const bool alike = std::equal(hidden.begin() + 1, hidden.end(), hidden.begin());
    if (axis != "hidden_layers" || alike) return std::nullopt;
    return "has hidden layers of different sizes, so their number cannot be an axis";
  }
  std::optional<SettingsComplaint> complaint_about(const MlpSettings& settings) const override {
    return data_complaint(settings);
  }
  std::vector<std::string> datasets_of(const MlpSettings& settings) const override {
    return {settings.dataset};
  }
  OptimizeeShape shape_of(const MlpSettings& settings) const override {
    MlpShape shape{{settings.entry().image.values()}, settings.activation};
    shape.widths.insert(shape.widths.end(), settings.hidden.begin(), settings.hidden.end());
    shape.widths.push_back(settings.classes());
    return {.groups = shape.groups(),
            .gradient_flop = mlp_gradient_flop(shape, settings.batch),
            .function_bytes = mlp_bytes(shape, settings.batch)};
  }
  std::shared_ptr<const OptimizeeFamily> family_of(const MlpSettings& settings,
                                                   const std::string& identity) const override {
    MlpFamilyOptions options;
    set_data(options, settings, identity);
    options.hidden = settings.hidden;
    options.activation = settings.activation;
    return make_mlp_family(options);
  }
};

}  // namespace

std::unique_ptr<const OptimizeeKind> mlp_kind() {
  return std::make_unique<MlpKind>();
}

}  // namespace l2l
