#include "harness/conformance/file_check.hpp"

#include <algorithm>

namespace l2l {

FileVerdict FileCheck::verdict() const {
  const bool all_passed =
      std::all_of(quantities.begin(), quantities.end(), [](const QuantityCheck& q) { return q.passed(); });
  if (!problem.empty() || !all_passed) return FileVerdict::failed;
  return quantities.empty() ? FileVerdict::not_implemented : FileVerdict::passed;
}

}  // namespace l2l
