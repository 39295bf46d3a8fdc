// Fetching datasets into the cache: download or copy, decompress, verify, and only then put in place.
#pragma once

#include <filesystem>
#include <string>

#include "datasets/catalog.hpp"
#include "datasets/fetch_options.hpp"

namespace l2l {

/// Brings every file of a dataset that is absent or damaged into `folder`. A second process waits for the
/// first. Whatever goes wrong, a file is in the folder with the right bytes or not at all; a broken transfer
/// leaves a .part file that the next fetch continues.
/// Throws Error{environment} (network, disk), Error{data} (a source has wrong bytes), Error{interrupted}.
/// @returns the number of files that were fetched
std::size_t fetch_dataset(const DatasetEntry& entry, const std::filesystem::path& folder,
                          const FetchOptions& options);

/// Fetches a dataset of the catalogue into the cache if a file of it is absent or has the wrong size;
/// load_dataset checks the bytes.
void ensure_dataset(const std::string& name, const FetchOptions& options);

}  // namespace l2l
