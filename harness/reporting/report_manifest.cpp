// The manifest as a report shows it.
#include <algorithm>

#include <fmt/format.h>

#include "harness/reporting/report_input.hpp"
#include "reports/text/format.hpp"

namespace l2l {
namespace {

using nlohmann::json;

std::string value_text(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  return value.dump();
}

/// The value at a path like "/machine/cpu", or empty.
std::string text_at(const json& manifest, const char* path) {
  const json::json_pointer pointer(path);
  if (!manifest.is_object() || !manifest.contains(pointer)) return "";
  return value_text(manifest[pointer]);
}

json invocations_of(const json& manifest) {
  const auto found = manifest.find("invocations");
  return found != manifest.end() && found->is_array() ? *found : json::array();
}

/// The levels that the starts of a run used, each once; that of the last one where they were not noted.
std::string instruction_sets(const json& manifest, const json& invocations) {
  std::vector<std::string> levels;
  for (const json& invocation : invocations) {
    const std::string level = text_at(invocation, "/instruction_set");
    if (!level.empty() && std::find(levels.begin(), levels.end(), level) == levels.end())
      levels.push_back(level);
  }
  return levels.empty() ? text_at(manifest, "/machine/instruction_set")
                        : fmt::format("{}", fmt::join(levels, " and "));
}

}  // namespace

std::vector<std::pair<std::string, std::string>> manifest_rows(const json& manifest) {
  std::vector<std::pair<std::string, std::string>> rows;
  if (!manifest.is_object()) return rows;
  const auto add = [&](const std::string& name, const std::string& value) {
    if (!value.empty()) rows.emplace_back(name, value);
  };
  add("Suite", text_at(manifest, "/suite/name"));
  add("Suite, SHA-256 once resolved", text_at(manifest, "/suite/sha256"));
  const json invocations = invocations_of(manifest);
  if (!invocations.empty()) {
    add("First started", text_at(invocations.front(), "/started"));
    add("Last ended", text_at(invocations.back(), "/ended"));
    add("Times started", invocations.size() > 1 ? std::to_string(invocations.size()) : "");
    add("Threads", text_at(invocations.back(), "/threads"));
    add("Instruction sets", instruction_sets(manifest, invocations));
  }
  if (const auto seconds = manifest.find("compute_seconds");
      seconds != manifest.end() && seconds->is_number()) {
    add("Computing time, summed over jobs", reports::duration_text(seconds->get<double>()));
  }
  for (const char* section : {"program", "machine", "libraries"}) {
    const auto found = manifest.find(section);
    if (found == manifest.end() || !found->is_object()) continue;
    for (const auto& [name, value] : found->items())
      add(fmt::format("{}: {}", section, name), value_text(value));
  }
  if (const auto datasets = manifest.find("datasets"); datasets != manifest.end() && datasets->is_object()) {
    for (const auto& [dataset, files] : datasets->items()) {
      if (!files.is_object()) continue;
      for (const auto& [file, digest] : files.items())
        add(fmt::format("{}: {}", dataset, file), value_text(digest));
    }
  }
  return rows;
}

std::string manifest_setting(const json& manifest) {
  if (!manifest.is_object()) return "";
  const json invocations = invocations_of(manifest);
  std::string text = "Run";
  if (!invocations.empty()) text += " of " + text_at(invocations.front(), "/started").substr(0, 10);
  if (const std::string cpu = text_at(manifest, "/machine/cpu"); !cpu.empty()) text += " on " + cpu;
  if (const std::string isas = instruction_sets(manifest, invocations); !isas.empty()) text += ", " + isas;
  if (!invocations.empty()) {
    const std::string threads = text_at(invocations.back(), "/threads");
    if (!threads.empty()) text += fmt::format(", {} thread{}", threads, threads == "1" ? "" : "s");
  }
  text += ".";
  const std::string revision = text_at(manifest, "/program/revision");
  if (!revision.empty()) {
    text += fmt::format(" Program: l2lbench {}, revision {}{}.", text_at(manifest, "/program/version"),
                        revision.substr(0, 12),
                        text_at(manifest, "/program/dirty") == "yes" ? " with local changes" : "");
  }
  return text;
}

}  // namespace l2l
