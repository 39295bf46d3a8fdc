#include "reports/gate/outcome.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/exit_codes.hpp"
#include "core/json.hpp"
#include "reports/text/format.hpp"
#include "reports/text/html.hpp"

namespace l2l::reports {
namespace {

using nlohmann::ordered_json;

std::string percent(double share) {
  if (std::isnan(share)) return "–";
  return std::isinf(share) ? "diverged" : fmt::format("{:+.2f} %", 100 * share);
}

std::string interval_text(const GateCheck& check) {
  if (std::isnan(check.interval.low)) return "–";
  return fmt::format("[{}, {}]", percent(check.interval.low), percent(check.interval.high));
}

/// "+5.21 % [+4.80 %, +5.60 %] over 64 pairs, q = 1.2e-07, 2 % matters"
std::string sentence(const GateCheck& check) {
  std::string text = fmt::format("{} {} over {} pairs, q = {:.2g}, {:g} % matters", percent(check.effect),
                                 interval_text(check), check.pairs, check.q, 100 * check.minimum);
  return check.reason.empty() ? text : fmt::format("{}; {}", text, check.reason);
}

std::vector<const GateCheck*> with_status(const GateOutcome& outcome, CheckStatus status) {
  std::vector<const GateCheck*> found;
  for (const GateCheck& check : outcome.checks)
    if (check.status == status) found.push_back(&check);
  return found;
}

/// As XML text or a quoted attribute. What HTML may not hold is all that XML may not hold and a little more;
/// of it control characters become spaces, as JUnit's readers show one line.
std::string xml(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  return html_text(text);
}

/// As GitHub's runner reads it; `property` also escapes what separates properties.
std::string command_text(const std::string& text, bool property = false) {
  std::string out;
  for (const char c : text) {
    if (c == '%' || c == '\r' || c == '\n' || (property && (c == ':' || c == ',')))
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    else
      out += c;
  }
  return out;
}

std::string verdict_line(const GateOutcome& outcome) {
  return fmt::format("{}: {}", to_string(outcome.verdict), fmt::join(outcome.reasons, "; "));
}

ordered_json number(double value) {  // JSON has no infinities
  if (std::isfinite(value)) return value;
  if (std::isnan(value)) return nullptr;
  return value > 0 ? "inf" : "-inf";
}

}  // namespace

const char* to_string(CheckStatus status) {
  switch (status) {
    case CheckStatus::regression:
      return "regression";
    case CheckStatus::undecided:
      return "undecided";
    case CheckStatus::untested:
      return "untested";
    case CheckStatus::improved:
      return "improved";
    case CheckStatus::passed:
      return "passed";
  }
  return "";
}

const char* to_string(GateVerdict verdict) {
  switch (verdict) {
    case GateVerdict::passed:
      return "passed";
    case GateVerdict::regression:
      return "regression";
    case GateVerdict::inconclusive:
      return "inconclusive";
  }
  return "";
}

int exit_code_of(GateVerdict verdict) {
  return verdict == GateVerdict::passed       ? kAllWell
         : verdict == GateVerdict::regression ? kCheckFailed
                                              : kInconclusive;
}

std::string gate_markdown(const GateOutcome& outcome) {
  std::string page = fmt::format("# {}: {}\n\n", outcome.title, to_string(outcome.verdict));
  page += fmt::format("Candidate {} against baseline {}.", markdown_text(outcome.candidate),
                      markdown_text(outcome.baseline));
  if (!outcome.changed.empty()) page += fmt::format(" What changed: {}.", outcome.changed);
  page += "\n\n";
  for (const std::string& reason : outcome.reasons) page += fmt::format("- {}\n", markdown_text(reason));
  std::string counts;
  for (const CheckStatus status : {CheckStatus::regression, CheckStatus::undecided, CheckStatus::improved,
                                   CheckStatus::untested, CheckStatus::passed}) {
    const auto found = with_status(outcome, status);
    if (!found.empty())
      counts += fmt::format("{}{} {}", counts.empty() ? "" : ", ", found.size(), to_string(status));
  }
  if (!counts.empty()) page += fmt::format("\nTests: {}.\n", counts);
  for (const CheckStatus status : {CheckStatus::regression, CheckStatus::undecided, CheckStatus::improved,
                                   CheckStatus::untested, CheckStatus::passed}) {
    const auto found = with_status(outcome, status);
    if (found.empty()) continue;
    const bool folded = status == CheckStatus::passed || status == CheckStatus::untested;
    page += folded ? fmt::format("\n<details><summary>{} ({})</summary>\n", to_string(status), found.size())
                   : fmt::format("\n## {}\n", to_string(status));
    page +=
        "\n| what | metric | effect | interval | matters from | q | pairs | "
        "|\n|---|---|---:|---:|---:|---:|---:|---|\n";
    for (const GateCheck* check : found) {
      page +=
          fmt::format("| {} | {} | {} | {} | {:g} % | {:.2g} | {} | {} |\n", markdown_text(check->subject),
                      markdown_text(check->metric), percent(check->effect), interval_text(*check),
                      100 * check->minimum, check->q, check->pairs, markdown_text(check->reason));
    }
    if (folded) page += "\n</details>\n";
  }
  if (!outcome.notes.empty()) page += "\n## Notes\n";
  for (const std::string& note : outcome.notes) page += fmt::format("\n- {}", markdown_text(note));
  return page + (outcome.notes.empty() ? "" : "\n");
}

std::string gate_junit(const GateOutcome& outcome) {
  std::size_t failures = with_status(outcome, CheckStatus::regression).size(), skipped = 0;
  std::string cases;
  for (const GateCheck& check : outcome.checks) {
    cases += fmt::format("    <testcase classname=\"{}\" name=\"{}\"", xml(check.subject), xml(check.metric));
    if (check.status == CheckStatus::regression) {
      cases += fmt::format("><failure message=\"{}\"/></testcase>\n", xml(sentence(check)));
    } else if (check.status == CheckStatus::undecided || check.status == CheckStatus::untested) {
      ++skipped;
      cases += fmt::format("><skipped message=\"{}: {}\"/></testcase>\n", to_string(check.status),
                           xml(sentence(check)));
    } else {
      cases += "/>\n";
    }
  }
  cases += fmt::format("    <testcase classname=\"gate\" name=\"{} verdict\"", xml(outcome.title));
  if (outcome.verdict == GateVerdict::passed) {
    cases += "/>\n";
  } else {
    ++failures;
    cases += fmt::format("><failure message=\"{}\"/></testcase>\n", xml(verdict_line(outcome)));
  }
  const std::string totals = fmt::format("tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\"",
                                         outcome.checks.size() + 1, failures, skipped);
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {}>\n  <testsuite name=\"l2lbench gate: {}\" "
      "{}>\n"
      "{}  </testsuite>\n</testsuites>\n",
      totals, xml(outcome.title), totals, cases);
}

std::string gate_github(const GateOutcome& outcome) {
  std::string lines;
  const auto say = [&](const char* level, const std::string& title, const std::string& text) {
    lines += fmt::format("::{} title={}::{}\n", level, command_text(title, true), command_text(text));
  };
  for (const GateCheck* check : with_status(outcome, CheckStatus::regression))
    say("error", fmt::format("{}: {}", check->subject, check->metric), sentence(*check));
  for (const GateCheck* check : with_status(outcome, CheckStatus::undecided))
    say("warning", fmt::format("{}: {} undecided", check->subject, check->metric), sentence(*check));
  say(outcome.verdict == GateVerdict::passed ? "notice" : "error", outcome.title + " gate",
      verdict_line(outcome));
  return lines;
}

std::string gate_json(const GateOutcome& outcome) {
  ordered_json checks = ordered_json::array();
  for (const GateCheck& check : outcome.checks) {
    checks.push_back({{"subject", check.subject},
                      {"metric", check.metric},
                      {"status", to_string(check.status)},
                      {"reason", check.reason},
                      {"pairs", check.pairs},
                      {"effect", number(check.effect)},
                      {"low", number(check.interval.low)},
                      {"high", number(check.interval.high)},
                      {"minimum", number(check.minimum)},
                      {"p", number(check.p)},
                      {"q", number(check.q)}});
  }
  const ordered_json page = {{"gate", outcome.title},
                             {"baseline", outcome.baseline},
                             {"candidate", outcome.candidate},
                             {"verdict", to_string(outcome.verdict)},
                             {"exit_code", exit_code_of(outcome.verdict)},
                             {"changed", outcome.changed},
                             {"reasons", outcome.reasons},
                             {"notes", outcome.notes},
                             {"checks", checks}};
  return page.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

std::string gate_text(const GateOutcome& outcome, const std::string& format) {
  if (format == "junit") return gate_junit(outcome);
  if (format == "github") return gate_github(outcome);
  if (format == "json") return gate_json(outcome);
  L2L_CHECK(format == "markdown", "format={}", format);
  return gate_markdown(outcome);
}

}  // namespace l2l::reports
