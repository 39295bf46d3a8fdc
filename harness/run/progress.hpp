// What a person or a program sees of a run while it goes on.
#pragma once

#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/json.hpp"
#include "harness/run/executor.hpp"

namespace l2l {

enum class ProgressStyle {
  terminal,  ///< one line per running job, repainted in place
  plain,     ///< lines that make sense in a log
  json,      ///< one JSON object a line, on standard output
  log,       ///< as json without the progress of jobs, for the log of a run
  quiet,     ///< failures only
};

/// What is ahead when a run starts.
struct RunAnnouncement {
  std::string suite;
  std::filesystem::path directory;
  std::size_t total = 0;                 ///< jobs of the plan
  std::size_t stored = 0;                ///< already there
  std::size_t reused = 0;                ///< of those: taken from other runs just now
  std::map<JobKind, std::size_t> to_do;  ///< missing jobs by kind
};

/// An observer that also hears of the beginning and the end.
class ProgressDisplay : public RunObserver {
 public:
  virtual void announce(const RunAnnouncement& /*run*/) {}
  /// A remark for people ("fetching mnist ..."); not part of the event stream.
  virtual void note(const std::string& /*text*/) {}
  /// @param summary  {exit_code, total, stored, finished, failed, blocked, unfinished, seconds, report}
  virtual void run_finished(const nlohmann::json& /*summary*/) {}
};

/// @param out  must outlive the display
std::unique_ptr<ProgressDisplay> make_progress_display(ProgressStyle style, std::FILE* out);

/// Passes everything on to both.
std::unique_ptr<ProgressDisplay> both(std::unique_ptr<ProgressDisplay> first,
                                      std::unique_ptr<ProgressDisplay> second);

/// terminal where `out` is one that understands cursor movement, else plain.
ProgressStyle style_for(std::FILE* out);

}  // namespace l2l
