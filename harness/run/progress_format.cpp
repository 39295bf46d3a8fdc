#include "harness/run/progress_format.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/text.hpp"
#include "core/utf8.hpp"

namespace l2l {
namespace {

std::string padded(const std::string& text, std::size_t width) {
  const std::string fitted = fit(text, width);
  return fitted + std::string(width - count_characters(fitted), ' ');
}

}  // namespace

std::string fit(const std::string& text, std::size_t width) {
  if (count_characters(text) <= width) return text;
  if (width == 0) return "";
  return std::string(first_characters(text, width - 1)) + "…";
}

std::string fraction_bar(double fraction, std::size_t width) {
  const auto filled =
      static_cast<std::size_t>(std::floor(std::clamp(fraction, 0.0, 1.0) * static_cast<double>(width)));
  std::string bar;
  for (std::size_t i = 0; i < width; ++i) bar += i < filled ? "━" : "─";
  return bar;
}

std::string totals_line(const RunProgress& now) {
  std::string line = fmt::format("{}/{} jobs", now.done, now.total);
  if (now.failed > 0) line += fmt::format(" · {} failed", now.failed);
  if (now.blocked > 0) line += fmt::format(" · {} blocked", now.blocked);
  line += fmt::format(" · {}", format_duration(now.elapsed));
  if (now.remaining) line += fmt::format(" · about {} to go", format_duration(*now.remaining));
  return line;
}

std::vector<std::string> progress_lines(const RunProgress& now, std::size_t width, std::size_t rows) {
  std::vector<RunningJob> running = now.running;
  std::stable_sort(running.begin(), running.end(),
                   [](const RunningJob& a, const RunningJob& b) { return a.started < b.started; });
  constexpr std::size_t kBar = 10;
  std::size_t label = 0;
  for (const RunningJob& job : running) label = std::max(label, count_characters(job.job->label));
  label = std::min(label, width > 60 ? width - 46 : width / 2);
  std::vector<std::string> lines;
  for (const RunningJob& job : running) {
    if (lines.size() == rows) break;
    lines.push_back(fit(fmt::format("{} {:3.0f}%  {}  {}", fraction_bar(job.fraction, kBar),
                                    std::floor(100 * job.fraction), padded(job.job->label, label), job.text),
                        width));
  }
  const std::string hidden =
      running.size() > lines.size() ? fmt::format(" · {} more running", running.size() - lines.size()) : "";
  lines.push_back(fit(totals_line(now) + hidden, width));
  return lines;
}

}  // namespace l2l
