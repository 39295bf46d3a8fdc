#include "optimizees/labelled_settings.hpp"

#include <fmt/format.h>

namespace l2l {

template <>
const Fields<Split>& fields() {
  const double most = 1e9;
  static const Fields<Split> described = {
      field("part", &Split::part, schema::choice({"train", "test"}),
            "the files of the data set it is taken from"),
      field("begin", &Split::begin, schema::integer(0, most), "first example").required(),
      field("end", &Split::end, schema::integer(1, most), "one past the last example").required()};
  return described;
}

template <>
const Fields<Splits>& fields() {
  static const Fields<Splits> described = {
      field("train", &Splits::train, "meta-training draws from it").required(),
      field("validation", &Splits::validation, "validation and tuning draw from it").required(),
      field("test", &Splits::test, "evaluation draws from it").required()};
  return described;
}

namespace {

std::vector<std::string> dataset_names() {
  std::vector<std::string> names;
  for (const DatasetEntry& entry : catalog()) names.push_back(entry.name);
  return names;
}

std::optional<SettingsComplaint> range_complaint(const DatasetEntry& dataset, const std::string& field,
                                                 const Split& split) {
  const std::string end = fmt::format("{}.end", field);
  if (split.begin < 0 || split.end <= split.begin)
    return SettingsComplaint{end,
                             fmt::format("{}: the range [{}, {}) is empty", field, split.begin, split.end)};
  const auto examples = static_cast<std::int64_t>(dataset.part(split.part).examples);
  if (split.end > examples)
    return SettingsComplaint{end, fmt::format("{}: {} is out of range: {}/{} has {} examples", field,
                                              split.end, dataset.name, split.part, examples)};
  return std::nullopt;
}

std::optional<SettingsComplaint> label_complaint(const LabelledSettings& settings) {
  const DatasetEntry& dataset = settings.entry();
  if (settings.labels.size() == 1)
    return SettingsComplaint{"labels", "labels: one label leaves nothing to tell apart"};
  for (std::size_t i = 0; i < settings.labels.size(); ++i)
    if (settings.labels[i] >= dataset.classes)
      return SettingsComplaint{fmt::format("labels.{}", i),
                               fmt::format("labels: {} is out of range: {} has the labels 0 to {}",
                                           settings.labels[i], dataset.name, dataset.classes - 1)};
  return std::nullopt;
}

const Split& split_of(const Splits& splits, Role role) {
  switch (role) {
    case Role::train:
      return splits.train;
    case Role::validation:
    case Role::tune:
      return splits.validation;
    case Role::test:
      return splits.test;
  }
  L2L_CHECK(false, "role={}", static_cast<int>(role));
}

}  // namespace

std::size_t LabelledSettings::classes() const {
  return labels.empty() ? static_cast<std::size_t>(entry().classes) : labels.size();
}

std::vector<FieldOf<LabelledSettings>> data_fields() {
  using S = LabelledSettings;
  return {field("dataset", &S::dataset, schema::choice(dataset_names()),
                "of the catalogue (`l2lbench datasets list`)"),
          // Absent where there is nothing to choose: as in the configurations from before there were subsets.
          field("labels", &S::labels, schema::set(schema::integer(0, 255), 0),
                "only examples of these classes, which are renumbered in this order; empty: all")
              .unless_default()};
}

std::vector<FieldOf<LabelledSettings>> minibatch_fields() {
  using S = LabelledSettings;
  return {init_stddev_field(&S::init_stddev),
          field("batch", &S::batch, schema::integer(1, 100'000), "examples per minibatch")
              .axis("minibatch of an mlp or a convnet"),
          field("split", &S::split, "disjoint ranges of examples").required()};
}

std::optional<SettingsComplaint> data_complaint(const LabelledSettings& settings) {
  if (auto complaint = label_complaint(settings)) return complaint;
  const std::pair<std::string, const Split*> named[] = {{"train", &settings.split.train},
                                                        {"validation", &settings.split.validation},
                                                        {"test", &settings.split.test}};
  for (const auto& [name, split] : named)
    if (auto complaint = range_complaint(settings.entry(), fmt::format("split.{}", name), *split))
      return complaint;
  for (std::size_t i = 0; i < std::size(named); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      const auto& [name, later] = named[i];
      const auto& [other, earlier] = named[j];
      if (earlier->part == later->part && earlier->begin < later->end && later->begin < earlier->end)
        return SettingsComplaint{fmt::format("split.{}", name),
                                 fmt::format("split.{} [{}, {}) overlaps {} [{}, {})", name, later->begin,
                                             later->end, other, earlier->begin, earlier->end),
                                 "what is trained or tuned on must never be tested on"};
    }
  return std::nullopt;
}

void set_data(LabelledFamilyOptions& options, const LabelledSettings& settings, const std::string& identity) {
  options.identity = identity;
  options.batch = settings.batch;
  options.init_stddev = settings.init_stddev;
  for (const Role role : {Role::train, Role::validation, Role::tune, Role::test}) {
    const Split& split = split_of(settings.split, role);
    ExampleRange& range = options.examples[static_cast<std::size_t>(role)];
    range = {load_dataset(settings.dataset, split.part), static_cast<std::size_t>(split.begin),
             static_cast<std::size_t>(split.end)};
    if (!settings.labels.empty())
      range.subset = make_label_subset(*range.data, range.begin, range.end, settings.labels);
  }
}

}  // namespace l2l
