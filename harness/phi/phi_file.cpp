#include "harness/phi/phi_file.hpp"

#include <fstream>
#include <sstream>

#include "core/digest.hpp"
#include "core/error.hpp"
#include "core/files.hpp"
#include "harness/phi/npz.hpp"
#include "optimizers/architecture_fields.hpp"

namespace l2l {
namespace {

using nlohmann::json;

constexpr std::string_view kFormat = "l2lbench trained optimizer";
constexpr int kVersion = 2;
constexpr int kLstmVersion = 1;  // what plain LSTMs are written as: earlier programs read them
constexpr std::size_t kNameDigits = 16;

/// "W_ih0" with one phi, "phi1.W_ih0" with several.
std::string array_name(const TrainedPhi& trained, std::size_t part, const std::string& name) {
  return trained.phis() == 1 ? name : fmt::format("phi{}.{}", part, name);
}

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& what,
                         const std::string& hint) {
  throw Error(ErrorCode::format, {path.string()}, what, hint);
}

/// Checked by the code that would use it: here, what fails is the file's fault.
ArchitectureSpec architecture_in(const json& metadata, const std::filesystem::path& path) {
  const json& described = metadata.at("lstm");
  try {
    const ArchitectureSpec spec = architecture_from(described);
    phi_layout(spec);
    return spec;
  } catch (const CheckFailure&) {
    refuse(path,
           fmt::format("describes an architecture that this program does not know: {}", described.dump()),
           "copy or write it anew");
  }
}

TrainedPhi from_metadata(const json& metadata, const std::filesystem::path& path) {
  if (metadata.value("format", "") != kFormat)
    refuse(path, "is no trained optimizer of l2lbench", "pass a file from a run's weights/ folder");
  if (metadata.at("version").get<int>() > kVersion)
    refuse(path,
           fmt::format("has format version {}, this program reads up to {}",
                       metadata.at("version").get<int>(), kVersion),
           "use the l2lbench that wrote it, or a newer one");
  TrainedPhi trained;
  trained.architecture = architecture_in(metadata, path);
  metadata.at("phi_groups").get_to(trained.phi_groups);
  trained.provenance = metadata.at("provenance");
  return trained;
}

}  // namespace

std::string TrainedPhi::digest() const {
  return Sha256()
      .update(canonical(architecture).dump())
      .update(json(phi_groups).dump())
      .update_array(std::span<const float>(phi))
      .hex();
}

std::filesystem::path write_phi_file(const std::filesystem::path& folder, const TrainedPhi& trained) {
  const std::size_t each = phi_size(trained.architecture);
  L2L_CHECK(trained.phi.size() == each * trained.phis(), "{} values for {} phis of {}", trained.phi.size(),
            trained.phis(), each);
  std::map<std::string, NdArray> arrays;
  for (std::size_t part = 0; part < trained.phis(); ++part) {
    for (const auto& array : phi_layout(trained.architecture)) {
      const auto begin = trained.phi.begin() + static_cast<std::ptrdiff_t>(part * each + array.offset);
      arrays[array_name(trained, part, array.name)] = {
          array.shape, std::vector<float>(begin, begin + static_cast<std::ptrdiff_t>(array.size))};
    }
  }
  const json architecture = canonical(trained.architecture);
  const std::string metadata =
      json{{"format", kFormat},
           {"version", architecture.contains("architecture") ? kVersion : kLstmVersion},
           {"lstm", architecture},
           {"phi_groups", trained.phi_groups},
           {"sha256", trained.digest()},
           {"provenance", trained.provenance}}
          .dump();
  arrays["metadata"] = {{metadata.size()}, std::vector<std::uint8_t>(metadata.begin(), metadata.end())};
  const auto path = folder / (trained.digest().substr(0, kNameDigits) + ".npz");
  create_folders(folder);
  if (!std::filesystem::exists(path)) write_file_atomically(path, encode_npz(arrays));
  return path;
}

TrainedPhi read_phi_file(const std::filesystem::path& path) {
  const auto arrays = decode_npz(read_file(path), path.string());
  const auto found = arrays.find("metadata");
  if (found == arrays.end() || !std::holds_alternative<std::vector<std::uint8_t>>(found->second.values))
    refuse(path, "has no metadata: it is no trained optimizer of l2lbench",
           "pass a file from a run's weights/ folder");
  const auto& text = std::get<std::vector<std::uint8_t>>(found->second.values);
  try {
    const auto metadata = json::parse(text.begin(), text.end());
    TrainedPhi trained = from_metadata(metadata, path);
    for (std::size_t part = 0; part < trained.phis(); ++part) {
      for (const auto& array : phi_layout(trained.architecture)) {
        const std::string name = array_name(trained, part, array.name);
        const auto it = arrays.find(name);
        if (it == arrays.end() || it->second.shape != array.shape ||
            !std::holds_alternative<std::vector<float>>(it->second.values))
          refuse(path, fmt::format("array '{}' is missing or of another shape than its metadata says", name),
                 "write it anew");
        const auto& values = std::get<std::vector<float>>(it->second.values);
        trained.phi.insert(trained.phi.end(), values.begin(), values.end());
      }
    }
    if (trained.digest() != metadata.at("sha256").get<std::string>())
      refuse(path, "is damaged: its weights do not match the SHA-256 it carries", "copy or write it anew");
    return trained;
  } catch (const json::exception& e) {
    refuse(path, fmt::format("has damaged metadata: {}", e.what()), "copy or write it anew");
  }
}

std::filesystem::path kept_phi_file(const std::filesystem::path& suite, const std::string& optimizer) {
  return suite.parent_path() / "given" / (optimizer + ".npz");
}

}  // namespace l2l
