// What changed since an earlier run: what is not the same when the two are side by side.
#pragma once

#include <cstddef>
#include <string>

#include "reports/pages/side_by_side.hpp"
#include "reports/text/table.hpp"

namespace l2l::reports {

struct Changes {
  std::string since;  ///< name of the earlier run
  Table claims;       ///< of claims_side_by_side, those whose verdict changed
  Table results;      ///< of results_side_by_side, those with other bits, and where they are from
  std::size_t shared_claims = 0, shared_results = 0;  ///< that both runs have

  /// "Since NAME 1 of 3 verdicts and 2 of 34 results changed."
  std::string sentence() const;
};

Changes changes_since(const NamedRun& earlier, const ReportInput& now);

}  // namespace l2l::reports
