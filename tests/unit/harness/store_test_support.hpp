// Small jobs and results for the tests of the store and the executor.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "harness/job.hpp"

namespace l2l::test {

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "l2l-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
  }
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

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
  result.arrays["losses"] = Array{{2, 2}, std::vector<float>{x, x / 2, x / 4, x / 8}};
  return result;
}

}  // namespace l2l::test
