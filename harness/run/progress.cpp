#include "harness/run/progress.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string_view>

#include <sys/ioctl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/text.hpp"
#include "harness/run/progress_format.hpp"

namespace l2l {
namespace {

std::string announcement_text(const RunAnnouncement& run) {
  std::string text = fmt::format("{}: {} jobs, {} to do", run.suite, run.total, run.total - run.stored);
  if (run.stored > run.reused) text += fmt::format(", {} stored", run.stored - run.reused);
  if (run.reused > 0) text += fmt::format(", {} reused from other runs", run.reused);
  return text + fmt::format("; in {}", run.directory.string());
}

std::string failure_text(const Job& job, const std::string& message) {
  return fmt::format("failed: {}\n  {}", job.label, message);
}

/// For people: a terminal that is gone, or a log that is full, is no reason to stop computing.
void show(std::FILE* out, const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), out);
  std::fflush(out);
}

class QuietDisplay : public ProgressDisplay {
 public:
  explicit QuietDisplay(std::FILE* out) : out_(out) {}
  void job_failed(const Job& job, const std::string& message) override {
    show(out_, failure_text(job, message) + "\n");
  }

 private:
  std::FILE* out_;
};

class JsonDisplay : public ProgressDisplay {
 public:
  JsonDisplay(std::FILE* out, bool with_progress) : out_(out), with_progress_(with_progress) {}

  void announce(const RunAnnouncement& run) override {
    emit({{"event", "plan"},
          {"suite", run.suite},
          {"directory", run.directory.string()},
          {"total", run.total},
          {"stored", run.stored},
          {"reused", run.reused},
          {"missing", run.total - run.stored}});
  }
  void job_started(const Job& job) override { emit(described("job_started", job)); }
  void job_finished(const Job& job, const std::string& digest, double seconds) override {
    nlohmann::json event = described("job_finished", job);
    event["digest"] = digest;
    event["seconds"] = seconds;
    emit(event);
  }
  void job_failed(const Job& job, const std::string& message) override {
    nlohmann::json event = described("job_failed", job);
    event["message"] = message;
    emit(event);
  }
  void progress(const RunProgress& now) override {
    if (!with_progress_) return;
    std::map<std::string, std::pair<double, std::string>> present;
    for (const RunningJob& running : now.running) {
      const std::pair<double, std::string> state(running.fraction, running.text);
      present[running.job->key] = state;
      const auto before = last_.find(running.job->key);
      if (before != last_.end() ? before->second == state : state.second.empty()) continue;
      nlohmann::json event = described("job_progress", *running.job);
      event["fraction"] = running.fraction;
      event["text"] = running.text;
      emit(event);
    }
    last_ = std::move(present);
  }
  void run_finished(const nlohmann::json& summary) override {
    nlohmann::json event = summary;
    event["event"] = "run_finished";
    emit(event);
  }

 private:
  static nlohmann::json described(const char* event, const Job& job) {
    return {{"event", event}, {"key", job.key}, {"kind", to_string(job.kind)}, {"label", job.label}};
  }
  void emit(const nlohmann::json& event) {
    // Messages may quote what a file held: bytes that are no UTF-8 are replaced, not refused.
    const std::string line = event.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
    if (std::fwrite(line.data(), 1, line.size(), out_) == line.size() && std::fflush(out_) == 0) return;
    throw Error(ErrorCode::environment, fmt::format("cannot write an event: {}", std::strerror(errno)),
                "what was stored is safe: the same command continues the run");
  }

  std::FILE* out_;
  bool with_progress_;
  std::map<std::string, std::pair<double, std::string>> last_;
};

class PlainDisplay : public ProgressDisplay {
 public:
  explicit PlainDisplay(std::FILE* out) : out_(out) {}

  void announce(const RunAnnouncement& run) override {
    line(announcement_text(run));
    open_ = run.to_do;
  }
  void note(const std::string& text) override { line(text); }
  void job_finished(const Job& job, const std::string&, double seconds) override {
    constexpr double kWorthALine = 5;  // seconds
    if (job.kind == JobKind::meta_train || seconds >= kWorthALine) {
      line(fmt::format("done: {} ({})", job.label, format_duration(seconds)));
    }
    if (--open_[job.kind] == 0) line(fmt::format("done: all {} jobs", to_string(job.kind)));
  }
  void job_failed(const Job& job, const std::string& message) override { line(failure_text(job, message)); }
  void progress(const RunProgress& now) override {
    constexpr std::chrono::seconds kInterval(10);
    if (now.elapsed - last_ < kInterval.count() && !now.running.empty()) return;
    last_ = now.elapsed;
    if (now.done != shown_ || !now.running.empty()) line(totals_line(now));
    shown_ = now.done;
    for (const RunningJob& job : now.running) {
      if (std::chrono::steady_clock::now() - job.started < kInterval) continue;
      line(fmt::format("  {:3.0f}% {}{}{}", 100 * job.fraction, job.job->label, job.text.empty() ? "" : ": ",
                       job.text));
    }
  }

 private:
  void line(const std::string& text) { show(out_, text + "\n"); }

  std::FILE* out_;
  std::map<JobKind, std::size_t> open_;
  std::size_t shown_ = 0;
  double last_ = 0;  // seconds of the run when it was last told how far it is
};

class TerminalDisplay : public ProgressDisplay {
 public:
  explicit TerminalDisplay(std::FILE* out) : out_(out) {}
  ~TerminalDisplay() override { erase(); }

  void announce(const RunAnnouncement& run) override { above(announcement_text(run)); }
  void note(const std::string& text) override { above(text); }
  void job_failed(const Job& job, const std::string& message) override { above(failure_text(job, message)); }
  void progress(const RunProgress& now) override {
    winsize size{};
    const bool known = ::ioctl(::fileno(out_), TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    const std::size_t width = known ? size.ws_col : 80;
    const std::size_t rows = known && size.ws_row > 4 ? size.ws_row - 3U : 8;
    std::string text = erasure();
    lines_ = 0;
    for (const std::string& line : progress_lines(now, width - 1, rows)) {
      text += line + "\n";
      ++lines_;
    }
    show(out_, text);
  }
  void run_finished(const nlohmann::json&) override { erase(); }

 private:
  /// To the first line of the block, and everything below cleared.
  std::string erasure() const { return lines_ == 0 ? "" : fmt::format("\x1b[{}A\x1b[J", lines_); }
  void erase() {
    show(out_, erasure());
    lines_ = 0;
  }
  void above(const std::string& text) {
    erase();
    show(out_, text + "\n");
  }

  std::FILE* out_;
  std::size_t lines_ = 0;
};

class BothDisplays : public ProgressDisplay {
 public:
  BothDisplays(std::unique_ptr<ProgressDisplay> first, std::unique_ptr<ProgressDisplay> second)
      : displays_{std::move(first), std::move(second)} {}
  void announce(const RunAnnouncement& run) override {
    for (const auto& display : displays_) display->announce(run);
  }
  void note(const std::string& text) override {
    for (const auto& display : displays_) display->note(text);
  }
  void job_started(const Job& job) override {
    for (const auto& display : displays_) display->job_started(job);
  }
  void job_finished(const Job& job, const std::string& digest, double seconds) override {
    for (const auto& display : displays_) display->job_finished(job, digest, seconds);
  }
  void job_failed(const Job& job, const std::string& message) override {
    for (const auto& display : displays_) display->job_failed(job, message);
  }
  void progress(const RunProgress& now) override {
    for (const auto& display : displays_) display->progress(now);
  }
  void run_finished(const nlohmann::json& summary) override {
    for (const auto& display : displays_) display->run_finished(summary);
  }

 private:
  std::array<std::unique_ptr<ProgressDisplay>, 2> displays_;
};

}  // namespace

std::unique_ptr<ProgressDisplay> both(std::unique_ptr<ProgressDisplay> first,
                                      std::unique_ptr<ProgressDisplay> second) {
  return std::make_unique<BothDisplays>(std::move(first), std::move(second));
}

std::unique_ptr<ProgressDisplay> make_progress_display(ProgressStyle style, std::FILE* out) {
  switch (style) {
    case ProgressStyle::terminal:
      return std::make_unique<TerminalDisplay>(out);
    case ProgressStyle::plain:
      return std::make_unique<PlainDisplay>(out);
    case ProgressStyle::json:
      return std::make_unique<JsonDisplay>(out, true);
    case ProgressStyle::log:
      return std::make_unique<JsonDisplay>(out, false);
    case ProgressStyle::quiet:
      return std::make_unique<QuietDisplay>(out);
  }
  L2L_CHECK(false, "style={}", static_cast<int>(style));
}

ProgressStyle style_for(std::FILE* out) {
  const char* terminal = std::getenv("TERM");
  const bool moves = terminal != nullptr && std::string_view(terminal) != "dumb" && terminal[0] != '\0';
  return moves && ::isatty(::fileno(out)) != 0 ? ProgressStyle::terminal : ProgressStyle::plain;
}

}  // namespace l2l
