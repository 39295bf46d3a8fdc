// The tiny suite of the corpus, and what becomes of it.
#pragma once

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "harness/plan/plan.hpp"
#include "harness/suite/load.hpp"
#include "tests/unit/harness/suite/corpus.hpp"

namespace l2l::test {

inline std::string tiny() {
  return read_file(corpus("good") / "tiny.yaml");
}

/// The tiny suite with one passage replaced.
inline std::string tiny_with(const std::string& passage, const std::string& other) {
  std::string text = tiny();
  const std::size_t at = text.find(passage);
  REQUIRE(at != std::string::npos);
  return text.replace(at, passage.size(), other);
}

inline std::string replace_all(std::string text, const std::string& passage, const std::string& other) {
  for (std::size_t at = 0; (at = text.find(passage, at)) != std::string::npos; at += other.size())
    text.replace(at, passage.size(), other);
  return text;
}

inline Plan plan_of(const std::string& text) {
  return make_plan(parse_suite(text, "test.yaml"));
}

inline std::vector<std::string> keys(const Plan& plan) {
  std::vector<std::string> result;
  for (const Job& job : plan.jobs) result.push_back(job.key);
  return result;
}

}  // namespace l2l::test
