// What a suite may say of any optimizee on labelled images: its data and its minibatches.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/fields.hpp"
#include "datasets/catalog.hpp"
#include "optimizees/kinds.hpp"
#include "optimizees/labelled_images.hpp"
#include "optimizees/theta.hpp"

namespace l2l {

inline constexpr std::size_t kMostLayers = 16;  ///< of one kind, in a network of a suite

/// A range [begin, end) of the examples of a dataset part ("train" or "test" files).
struct Split {
  std::string part = "train";
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

/// Disjoint; tuning draws from the validation split.
struct Splits {
  Split train, validation, test;
};

struct LabelledSettings {
  std::string dataset = "mnist";
  std::vector<int> labels;  ///< only examples of these classes, renumbered in this order; empty: of all
  double init_stddev = kInitStddev;
  std::size_t batch = 128;
  Splits split;

  const DatasetEntry& entry() const { return catalog_entry(dataset); }
  /// Classes that are told apart: those of the dataset, or as many as there are labels.
  std::size_t classes() const;
};

template <>
const Fields<Splits>& fields();

// The fields of LabelledSettings, in two parts: those of the network go between them.
std::vector<FieldOf<LabelledSettings>> data_fields();
std::vector<FieldOf<LabelledSettings>> minibatch_fields();

/// A range beyond its data or none, splits that overlap, labels that there are not.
std::optional<SettingsComplaint> data_complaint(const LabelledSettings& settings);

/// `options` with the data loaded, whose settings have no complaint. Throws Error{data} if the dataset is
/// absent or damaged, and Error{suite} naming the label that a split has no example of.
void set_data(LabelledFamilyOptions& options, const LabelledSettings& settings, const std::string& identity);

}  // namespace l2l
