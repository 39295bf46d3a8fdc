#include "harness/conformance/network.hpp"

#include <fmt/format.h>

namespace l2l {

std::vector<std::uint8_t> read_labels(const GoldenObject& file, std::size_t classes) {
  const GoldenArray array = file.array("labels");
  if (array.shape.size() != 1 || array.data.empty()) file.fail("labels", "shape (batch) expected");
  std::vector<std::uint8_t> labels;
  for (const double label : array.data) {
    if (!(label >= 0 && label < static_cast<double>(classes)))
      file.fail("labels", fmt::format("label {} of {} classes", label, classes));
    labels.push_back(static_cast<std::uint8_t>(label));
  }
  return labels;
}

}  // namespace l2l
