// Small jobs and results for the tests of the store and the executor.
#pragma once

#include <filesystem>
#include <string>

#include <sqlite3.h>
#include <catch2/catch.hpp>

#include "harness/plan/job.hpp"
#include "harness/store/store.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/temporary_folder.hpp"

namespace l2l::test {

/// Runs SQL on the file behind the store's back.
inline void tamper(const std::filesystem::path& file, const std::string& sql) {
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open(file.c_str(), &database) == SQLITE_OK);
  CHECK(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(database);
}

inline Job job_named(const std::string& name, std::vector<std::string> reads = {},
                     JobKind kind = JobKind::evaluate) {
  Job job;
  job.kind = kind;
  job.config = {{"name", name}};
  job.reads = std::move(reads);
  job.key = job_key(job.kind, job.config, job.reads);
  job.label = "job " + name;
  job.flop = 1;
  return job;
}

inline JobResult result_of(double value) {
  JobResult result;
  result.summary = {{"value", value}};
  const float x = static_cast<float>(value);
  result.arrays["losses"] = NdArray{{2, 2}, std::vector<float>{x, x / 2, x / 4, x / 8}};
  return result;
}

}  // namespace l2l::test
