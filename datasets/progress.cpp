#include "datasets/progress.hpp"

#include <algorithm>
#include <iostream>

#include <fmt/format.h>
#include <unistd.h>

namespace l2l {
namespace {

std::string amount(std::uint64_t done, std::uint64_t total) {
  constexpr double kMegabyte = 1e6;
  const double have = static_cast<double>(done) / kMegabyte;
  if (total == 0) return fmt::format("{:.1f} MB", have);
  return fmt::format("{:.1f} of {:.1f} MB", have, static_cast<double>(total) / kMegabyte);
}

class Bar final : public FetchProgress {
 public:
  explicit Bar(std::ostream& out) : out_(out) {}
  ~Bar() override { clear(); }

  void note(const std::string& line) override {
    clear();
    out_ << line << std::endl;
  }

  void advance(const std::string& label, std::uint64_t done, std::uint64_t total) override {
    constexpr std::uint64_t kWidth = 24;
    std::string bar;
    if (total > 0) {
      const std::uint64_t filled = std::min(kWidth, done * kWidth / total);
      bar = fmt::format("[{:#<{}}{:.<{}}] ", "", filled, "", kWidth - filled);
    }
    const std::string line = fmt::format("  {} {}{}", label, bar, amount(done, total));
    if (line == shown_) return;
    out_ << '\r' << line << "\x1b[K" << std::flush;
    shown_ = line;
  }

 private:
  void clear() {
    if (!shown_.empty()) out_ << "\r\x1b[K" << std::flush;
    shown_.clear();
  }

  std::ostream& out_;
  std::string shown_;
};

class Lines final : public FetchProgress {
 public:
  explicit Lines(std::ostream& out) : out_(out) {}

  void note(const std::string& line) override { out_ << line << std::endl; }

  void advance(const std::string& label, std::uint64_t done, std::uint64_t total) override {
    if (total == 0) return;
    const std::uint64_t quarter = std::min<std::uint64_t>(4, done * 4 / total);
    if (label != label_) last_ = 0;
    label_ = label;
    if (quarter == last_) return;
    last_ = quarter;
    out_ << fmt::format("  {} {} % ({})", label, 25 * quarter, amount(done, total)) << std::endl;
  }

 private:
  std::ostream& out_;
  std::string label_;
  std::uint64_t last_ = 0;
};

}  // namespace

std::unique_ptr<FetchProgress> make_progress(std::ostream& out, bool terminal) {
  if (terminal) return std::make_unique<Bar>(out);
  return std::make_unique<Lines>(out);
}

std::unique_ptr<FetchProgress> make_progress() {
  return make_progress(std::cerr, ::isatty(STDERR_FILENO) == 1);
}

}  // namespace l2l
