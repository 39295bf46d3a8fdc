// Times of two builds: Google Benchmark programs run in turn, or their JSON files read.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "reports/gate/speed.hpp"

namespace l2l {

/// A benchmark program of either build, and which of its benchmarks count.
struct BenchmarkPair {
  std::filesystem::path baseline, candidate;
  std::string filter;
};

/// Programs that both builds have: those of `names`, or the gate's own. A build is its folder, its l2lbench,
/// or one benchmark program (then the pair is that program and its namesake). Throws Error{usage}.
std::vector<BenchmarkPair> benchmark_pairs(const std::filesystem::path& baseline,
                                           const std::filesystem::path& candidate,
                                           const std::vector<std::string>& names, const std::string& filter);
/// The build folder that this program lies in.
std::filesystem::path own_build();

/// Runs baseline, control (the baseline once more) and candidate in every round, each a new process, in an
/// order that rotates over all six. Throws Error{environment} where a program fails or has no benchmark to
/// run.
/// @param min_time  seconds of one benchmark in one process, where the program leaves that open
std::vector<reports::SpeedSeries> measure_in_turn(const std::vector<BenchmarkPair>& pairs, int rounds,
                                                  double min_time, bool quiet);

/// One iteration of every benchmark under a counter of instructions: perf where it can count, else valgrind.
/// Throws Error{environment} where there is neither.
std::vector<reports::InstructionCount> count_instructions(const std::vector<BenchmarkPair>& pairs,
                                                          bool quiet);

/// Repetitions of two files of --benchmark_out as rounds; the control is the baseline's second half against
/// its first. Throws Error{format}.
std::vector<reports::SpeedSeries> series_of_files(const std::filesystem::path& baseline,
                                                  const std::filesystem::path& candidate);

}  // namespace l2l
