// From a run, or from a small file made of one, to what the gate compares.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "reports/gate/gate.hpp"

namespace l2l {

inline constexpr std::size_t kBaselineSeeds = 64;

/// @param path  a run directory, a suite whose run is meant, or a file of write_gate_baseline.
/// Throws Error{store} or Error{format} for anything else.
reports::GateRun load_gate_run(const std::filesystem::path& path);

/// Writes keys, digests, claims and the metrics of the first `seeds` seeds of every cell: JSON, a few hundred
/// kilobytes, to be committed. docs/gate.md has its fields.
void write_gate_baseline(const std::filesystem::path& file, const reports::GateRun& run, std::size_t seeds);

}  // namespace l2l
