#include "datasets/label_subset.hpp"

#include "core/error.hpp"

namespace l2l {

std::shared_ptr<const LabelSubset> make_label_subset(const ImageDataset& data, std::size_t begin,
                                                     std::size_t end, std::span<const int> labels) {
  L2L_CHECK(begin < end && end <= data.count, "range [{}, {}) of {} examples", begin, end, data.count);
  auto subset = std::make_shared<LabelSubset>();
  std::array<bool, 256> chosen = {};
  for (const int label : labels) {
    L2L_CHECK(label >= 0 && label < data.classes, "label {} of {} classes", label, data.classes);
    const auto index = static_cast<std::size_t>(label);
    L2L_CHECK(!chosen[index], "label {} twice", label);
    chosen[index] = true;
    subset->renumbered[index] = static_cast<std::uint8_t>(subset->classes++);
  }
  std::array<bool, 256> found = {};
  for (std::size_t i = begin; i < end; ++i) {
    if (!chosen[data.labels[i]]) continue;
    found[data.labels[i]] = true;
    subset->examples.push_back(static_cast<std::uint32_t>(i));
  }
  for (const int label : labels)
    if (!found[static_cast<std::size_t>(label)])
      throw Error(ErrorCode::suite,
                  fmt::format("the examples [{}, {}) have none of label {}", begin, end, label),
                  "choose other labels, or a wider split");
  return subset;
}

}  // namespace l2l
