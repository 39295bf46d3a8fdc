#include "optimizees/labelled_images.hpp"

namespace l2l {

const ImageDataset& LabelledFamilyOptions::checked_data() const {
  const ExampleRange& first = examples.front();
  for (const ExampleRange& range : examples) {
    L2L_CHECK(range.data != nullptr, "a role has no examples");
    L2L_CHECK(range.begin < range.end && range.end <= range.data->count, "range [{}, {}) of {} examples",
              range.begin, range.end, range.data->count);
    L2L_CHECK(range.data->rows == first.data->rows && range.data->columns == first.data->columns &&
                  range.data->channels == first.data->channels && range.classes() == first.classes(),
              "images {}x{}x{} and {}x{}x{}, classes {} and {}", range.data->channels, range.data->rows,
              range.data->columns, first.data->channels, first.data->rows, first.data->columns,
              range.classes(), first.classes());
  }
  return *first.data;
}

}  // namespace l2l
