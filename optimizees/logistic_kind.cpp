// Logistic regression as a suite names it.
#include "optimizees/kind_of.hpp"
#include "optimizees/labelled_settings.hpp"
#include "optimizees/logistic.hpp"

namespace l2l {
namespace {

struct LogisticSettings : LabelledSettings {
  double l2 = 0;
};

}  // namespace

template <>
const Fields<LogisticSettings>& fields() {
  static const Fields<LogisticSettings> described = {
      data_fields(),
      field("l2", &LogisticSettings::l2, schema::number(0, 100), "l2/2 ||W||^2 is added to the loss")
          .axis("of a logistic regression"),
      minibatch_fields()};
  return described;
}

namespace {

class LogisticKind final : public KindOf<LogisticSettings> {
 public:
  LogisticKind() : KindOf("logistic", "cross-entropy of multinomial logistic regression", /*version=*/1) {}

 private:
  std::optional<SettingsComplaint> complaint_about(const LogisticSettings& settings) const override {
    return data_complaint(settings);
  }
  std::vector<std::string> datasets_of(const LogisticSettings& settings) const override {
    return {settings.dataset};
  }
  OptimizeeShape shape_of(const LogisticSettings& settings) const override {
    const LogisticShape shape{settings.entry().image.values(), settings.classes(), settings.l2};
    return {.groups = shape.groups(),
            .gradient_flop = logistic_gradient_flop(shape, settings.batch),
            .function_bytes = logistic_bytes(shape, settings.batch)};
  }
  std::shared_ptr<const OptimizeeFamily> family_of(const LogisticSettings& settings,
                                                   const std::string& identity) const override {
    LogisticFamilyOptions options;
    set_data(options, settings, identity);
    options.l2 = settings.l2;
    return make_logistic_family(options);
  }
};

}  // namespace

std::unique_ptr<const OptimizeeKind> logistic_kind() {
  return std::make_unique<LogisticKind>();
}

}  // namespace l2l
