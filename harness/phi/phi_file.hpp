// A trained phi as a file that NumPy reads without this project (docs/phi-format.md):
//   d = numpy.load("….npz"); d["W_ih0"], ..., json.loads(bytes(d["metadata"]))
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/json.hpp"
#include "optimizers/architecture_spec.hpp"

namespace l2l {

struct TrainedPhi {
  ArchitectureSpec architecture;
  /// Parameter group names each phi owns; empty: one phi for all coordinates.
  std::vector<std::vector<std::string>> phi_groups;
  std::vector<float> phi;     ///< concatenation of the phis, phi_layout order
  nlohmann::json provenance;  ///< where it comes from: job key, optimizee, training settings, revision, ...

  std::size_t phis() const { return phi_groups.empty() ? 1 : phi_groups.size(); }
  std::string digest() const;  ///< SHA-256 hex of phi's bits and the shape; names the file
};

/// Writes `folder`/<first 16 digits of digest>.npz atomically; returns its path. An equal file is left alone.
std::filesystem::path write_phi_file(const std::filesystem::path& folder, const TrainedPhi& trained);

/// Reads and checks it. Throws Error{format} where the file is damaged (CRC, digest), alien, or of a
/// newer version.
TrainedPhi read_phi_file(const std::filesystem::path& path);

/// Where a run keeps its copy of what `file` of a `kind: trained` optimizer names. A suite that has one
/// beside it (the resolved suite of a run) reads it in place of that file, which may be gone or another one
/// by then.
std::filesystem::path kept_phi_file(const std::filesystem::path& suite, const std::string& optimizer);

}  // namespace l2l
