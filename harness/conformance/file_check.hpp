// What came of replaying one golden file.
#pragma once

#include <string>
#include <vector>

namespace l2l {

/// One quantity of one file in one precision.
struct QuantityCheck {
  std::string precision;  ///< "float64" or "float32"
  std::string name;       ///< the file's key, "alt_weightings.w_final_only.dphi_dropped"
  double error = 0;       ///< largest error, in the measure of core/tolerances.hpp; inf if not finite
  double tolerance = 0;
  bool passed() const { return error <= tolerance; }
};

enum class FileVerdict { passed, failed, not_implemented };

struct FileCheck {
  std::string file;
  std::string kind;     ///< "metagradient", ...; empty where it could not be told
  std::string problem;  ///< why it could not be replayed, empty if it was
  std::vector<QuantityCheck> quantities;
  std::vector<std::string> not_implemented;  ///< quantities, each with the reason
  std::vector<std::string> not_replayed;     ///< other keys of the file: cross-checks and notes

  /// A file whose kind is not implemented or unknown has quantities in `not_implemented` only.
  FileVerdict verdict() const;
};

}  // namespace l2l
