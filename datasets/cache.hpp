// Where datasets live on this machine, and in what state.
#pragma once

#include <filesystem>
#include <string>

#include "datasets/catalog.hpp"

namespace l2l {

/// $L2LBENCH_DATA, else $XDG_CACHE_HOME/l2lbench, else ~/.cache/l2lbench. Throws Error{environment} if none
/// is set.
std::filesystem::path cache_folder();

/// The folder of one dataset's files.
std::filesystem::path dataset_folder(const std::string& name);

enum class FileState { good, absent, wrong_size, wrong_checksum };

/// Compares a file with its catalogue entry. `checksum` false: only its size.
FileState file_state(const CatalogFile& file, const std::filesystem::path& folder, bool checksum);

/// "good", "absent", "wrong size", "wrong checksum"
const char* to_string(FileState state);

}  // namespace l2l
