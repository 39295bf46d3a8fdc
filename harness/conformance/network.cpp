#include "harness/conformance/network.hpp"

#include <fmt/format.h>

namespace l2l {

std::vector<std::uint8_t> read_labels(const GoldenObject& file, std::size_t classes) {
  std::vector<std::uint8_t> labels;
  for (const double label : file.tensor<1>("labels", "(batch)")) {
    if (!(label >= 0 && label < static_cast<double>(classes)))
      file.fail("labels", fmt::format("label {} of {} classes", label, classes));
    labels.push_back(static_cast<std::uint8_t>(label));
  }
  return labels;
}

}  // namespace l2l
