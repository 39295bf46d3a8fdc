// What a fetch tells the person who waits for it.
#pragma once

#include <cstdint>
#include <memory>
#include <ostream>
#include <string>

namespace l2l {

class FetchProgress {
 public:
  virtual ~FetchProgress() = default;
  /// A sentence worth a line of its own.
  virtual void note(const std::string& line) = 0;
  /// `done` of `total` bytes of `label` (total 0: not known). Called often.
  virtual void advance(const std::string& label, std::uint64_t done, std::uint64_t total) = 0;
};

/// On a terminal a bar that redraws itself; otherwise a plain line at every quarter.
/// @param out must outlive the object
std::unique_ptr<FetchProgress> make_progress(std::ostream& out, bool terminal);

/// make_progress for standard error.
std::unique_ptr<FetchProgress> make_progress();

}  // namespace l2l
