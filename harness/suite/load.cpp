// A suite from its files: read, merge what it includes, check, bind.
#include "harness/suite/load.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "harness/suite/bind.hpp"
#include "harness/suite/emit.hpp"
#include "harness/suite/fields.hpp"
#include "harness/suite/schema.hpp"

namespace l2l {
namespace {

namespace fs = std::filesystem;
using suite::Entry;
using suite::Value;

constexpr std::size_t kMostBytes = 4'000'000;  // far more than people write, little enough to parse

std::string read_text(const std::string& path, const Where& where) {
  std::error_code ignored;
  std::ifstream file(path, std::ios::binary);
  if (!file || fs::is_directory(path, ignored))
    suite::fail(where, fmt::format("cannot read {}", path), "the path is relative to the working directory");
  std::string text(kMostBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kMostBytes)
    suite::fail(where, fmt::format("{} is larger than {} MB: it is no suite", path, kMostBytes / 1'000'000));
  return text;
}

/// Entries of one section of a suite and of everything it includes; names are unique among all files.
void merge(Value& into, const Value& from) {
  for (const Entry& entry : from.entries) {
    const Value* other = into.find(entry.key);
    if (other != nullptr)
      suite::fail(entry.where, fmt::format("'{}' is defined twice", entry.key),
                  fmt::format("it is already defined at {}", other->where.to_string()));
    into.entries.push_back(entry);
  }
}

class Includer {
 public:
  explicit Includer(Value& suite) : suite_(suite) {}

  void include(const Value& document, const std::string& path) {
    const std::string identity = fs::weakly_canonical(path).string();
    open_.push_back(identity);
    if (const Value* included = document.find("include"); included != nullptr)
      for (const Value& file : included->items) include_file(file, path);
    open_.pop_back();
  }

 private:
  void include_file(const Value& reference, const std::string& from) {
    const std::string path = (fs::path(from).parent_path() / reference.text).lexically_normal().string();
    const std::string identity = fs::weakly_canonical(path).string();
    if (std::count(open_.begin(), open_.end(), identity) > 0)
      suite::fail(reference.where, fmt::format("'{}' includes itself", reference.text));
    if (!done_.insert(identity).second) return;  // two files may include the same third
    std::error_code ignored;
    if (!fs::is_regular_file(path, ignored))
      suite::fail(reference.where, fmt::format("cannot read {}", path),
                  "paths are relative to the including file");
    const Value fragment =
        check(yaml::parse(read_text(path, reference.where), path), suite::fragment_node(), "");
    include(fragment, path);
    for (const char* section : {"optimizees", "optimizers"})
      for (Entry& entry : suite_.entries)
        if (entry.key == section) merge(entry.value, fragment.at(section));
  }

  Value& suite_;
  std::vector<std::string> open_;
  std::set<std::string> done_;
};

/// Trained optimizers are named relative to the file that names them; from here on by absolute paths, so that
/// the resolved suite can be run from anywhere.
void locate_trained_files(Value& optimizers) {
  for (Entry& optimizer : optimizers.entries)
    for (Entry& field : optimizer.value.entries)
      if (field.key == "file")
        field.value.text = fs::absolute(fs::path(field.value.where.file).parent_path() / field.value.text)
                               .lexically_normal();
}

/// Experiments, figures and claims are lists whose entries have unique names.
void refuse_same_names(const Value& section, const char* key) {
  for (std::size_t i = 0; i < section.items.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      const Value &name = section.items[i].at(key), &other = section.items[j].at(key);
      if (name.text == other.text)
        suite::fail(name.where, fmt::format("the {} '{}' is given twice", key, name.text),
                    fmt::format("it is already given at {}", other.where.to_string()));
    }
}

}  // namespace

Suite parse_suite(const std::string& text, const std::string& path) {
  Value document = check(yaml::parse(text, path), suite::suite_node(), "");
  Includer(document).include(document, path);
  for (Entry& entry : document.entries)
    if (entry.key == "optimizers") locate_trained_files(entry.value);

  Suite result = fields<Suite>().read(plain_json(document));
  result.path = path;
  for (const Entry& entry : document.at("optimizees").entries)
    result.optimizees.push_back(suite::bind_optimizee(entry.key, entry.value));
  for (const Entry& entry : document.at("optimizers").entries)
    result.optimizers.push_back(suite::bind_optimizer(entry.key, entry.value, result));
  refuse_same_names(document.at("experiments"), "name");
  refuse_same_names(document.at("figures"), "name");
  refuse_same_names(document.at("claims"), "id");
  for (const Value& value : document.at("experiments").items)
    result.experiments.push_back(suite::bind_experiment(value, result));
  for (const Value& value : document.at("figures").items)
    result.figures.push_back(suite::bind_figure(value, result));
  for (const Value& value : document.at("claims").items)
    result.claims.push_back(suite::bind_claim(value, result));
  if (const Value* gate = document.find("gate"); gate != nullptr)
    result.gate = fields<reports::GateSettings>().read(plain_json(*gate));
  result.canonical_yaml = suite::emit_suite(document);
  return result;
}

Suite load_suite(const std::string& path) {
  return parse_suite(read_text(path, {path, 0, 0}), path);
}

}  // namespace l2l
