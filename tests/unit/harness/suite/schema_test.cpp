// The JSON Schema agrees with the parser on the corpus (judged by the python3-jsonschema package).
#include <unistd.h>

#include <cstdio>
#include <map>
#include <sstream>

#include <catch2/catch.hpp>

#include "core/yaml.hpp"
#include "harness/suite/json_schema.hpp"
#include "harness/suite/suite.hpp"
#include "tests/unit/harness/suite/corpus.hpp"

using namespace l2l;
using namespace l2l::test;
namespace fs = std::filesystem;

namespace {

struct ScratchFolder {
  ScratchFolder() : path(fs::temp_directory_path() / ("l2lbench-schema-" + std::to_string(getpid()))) {
    fs::create_directories(path);
  }
  ~ScratchFolder() { fs::remove_all(path); }
  fs::path path;
};

void write(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

std::string output_of(const std::string& command) {
  std::string output;
  FILE* pipe = popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  char buffer[4096];
  for (std::size_t n; (n = fread(buffer, 1, sizeof buffer, pipe)) > 0;) output.append(buffer, n);
  REQUIRE(pclose(pipe) == 0);
  return output;
}

}  // namespace

TEST_CASE("the JSON Schema accepts what the parser accepts and rejects what it rejects for its structure") {
  const ScratchFolder scratch;
  write(scratch.path / "schema", suite_json_schema());
  std::map<std::string, std::string> expected;  // document -> valid | invalid
  const auto add = [&](const fs::path& path, const std::string& prefix, const std::string& verdict) {
    const std::string name = prefix + path.stem().string();
    const auto value = yaml::parse(read_file(path), path.string());
    write(scratch.path / (name + ".json"), yaml::to_json(value).dump());
    expected[name] = verdict;
  };
  for (const auto& path : good_suites()) add(path, "good-", "valid");
  for (const auto& path : yaml_files(corpus("bad"))) {
    const std::string kind = expectation(path).kind;
    CAPTURE(path.string());
    REQUIRE((kind == "structure" || kind == "semantics" || kind == "syntax"));
    // What a schema cannot express it must let pass: else the corpus calls a structural error semantic.
    if (kind != "syntax") add(path, "bad-", kind == "structure" ? "invalid" : "valid");
  }

  const std::string output =
      output_of("/usr/bin/python3 '" + source("tests/support/check_schema.py") + "' '" +
                (scratch.path / "schema").string() + "' '" + scratch.path.string() + "'/*.json");
  std::map<std::string, std::string> verdicts;
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t space = line.find(' '), colon = line.find(':');
    verdicts[line.substr(space + 1, colon == std::string::npos ? colon : colon - space - 1)] =
        line.substr(0, space);
  }
  CAPTURE(output);
  CHECK(verdicts == expected);
}

TEST_CASE("the JSON Schema names its dialect and documents its fields") {
  const auto schema = nlohmann::json::parse(suite_json_schema());
  CHECK(schema.at("$schema") == "https://json-schema.org/draft/2020-12/schema");
  CHECK(schema.at("additionalProperties") == false);
  CHECK(schema.at("properties").at("experiments").at("items").at("properties").at("horizon").at("default") ==
        100);
  for (const auto& [name, field] : schema.at("properties").items()) {
    CAPTURE(name);
    CHECK(field.at("description").get<std::string>().size() > 3);
  }
}
