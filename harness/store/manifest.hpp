// The manifest of a run: what made its results, for people and for the report.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/json.hpp"
#include "harness/plan/job.hpp"
#include "harness/store/run_directory.hpp"
#include "harness/store/store.hpp"
#include "harness/suite/suite.hpp"

namespace l2l {

/// One start of `l2lbench run` on a run directory.
struct Invocation {
  std::string started;  ///< UTC, ISO 8601
  std::string command;
  std::size_t threads = 0;
  std::size_t max_memory = 0;  ///< bytes
};

/// The present time as "2026-11-23T21:40:00Z".
std::string utc_now();

/// Of this program: {version, revision, dirty, compiler, flags, build_type}.
nlohmann::json program_info();
/// {cpu, instruction_set, blas, blas_core, onednn, hardware_threads, memory_bytes, system}
nlohmann::json machine_info();
/// Where results of this process come from, in one line: host, process, scheduler's job, time, machine,
/// revision, and `what` it does.
std::string origin_text(const std::string& what);
/// Library name -> version, as linked.
nlohmann::json library_versions();
/// Dataset name -> file name -> SHA-256, of the datasets that the jobs use.
nlohmann::json dataset_digests(const std::vector<Job>& jobs);
/// Names of the datasets that the jobs use, sorted.
std::vector<std::string> datasets_of(const std::vector<Job>& jobs);

/// Bytes of memory this process may use: of the machine, or of its control group where that is less.
std::size_t available_memory();

/// Writes manifest.json atomically: {format, suite, program, machine, libraries, datasets, invocations,
/// compute_seconds}. Keeps the invocations of the manifest that is there and appends this one.
void begin_manifest(const RunDirectory& directory, const Suite& suite, const std::vector<Job>& jobs,
                    const Invocation& invocation);
/// {format, suite, program, machine, ...} of a run; null where it is missing or damaged.
nlohmann::json read_manifest(const RunDirectory& directory);
/// Completes the last invocation with its outcome and sums the seconds of all stored jobs.
/// @param outcome  {exit_code, finished, failed, seconds, ...}
void end_manifest(const RunDirectory& directory, const Store& store, const std::vector<Job>& jobs,
                  const nlohmann::json& outcome);

}  // namespace l2l
