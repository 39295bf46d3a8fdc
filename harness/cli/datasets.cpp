#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/exit_codes.hpp"
#include "datasets/cache.hpp"
#include "datasets/catalog.hpp"
#include "datasets/fetch.hpp"
#include "harness/cli/commands.hpp"

namespace l2l {
namespace {

struct DatasetsArguments {
  std::vector<std::string> names;
  std::string from;
};

std::vector<DatasetEntry> chosen(const std::vector<std::string>& names) {
  if (names.empty()) return catalog();
  std::vector<DatasetEntry> entries;
  for (const auto& name : names) entries.push_back(catalog_entry(name));
  return entries;
}

std::size_t files_of_right_size(const DatasetEntry& entry) {
  const auto right = [folder = dataset_folder(entry.name)](const CatalogFile& file) {
    return file_state(file, folder, false) == FileState::good;
  };
  return static_cast<std::size_t>(std::count_if(entry.files.begin(), entry.files.end(), right));
}

int list_datasets() {
  fmt::print("folder: {}\n", cache_folder().string());
  for (const DatasetEntry& entry : catalog()) {
    const std::size_t have = files_of_right_size(entry), all = entry.files.size();
    const std::string state = have == all ? "here"
                              : have == 0 ? "not fetched"
                                          : fmt::format("incomplete, {} of {} files", have, all);
    std::string parts;
    for (const auto& [name, part] : entry.parts) parts += fmt::format(", {} {}", name, part.examples);
    fmt::print("{:<10} {:<14} {:>6.1f} MB  {}{}\n", entry.name, state,
               static_cast<double>(entry.bytes()) * 1e-6, entry.title, parts);
  }
  return 0;
}

int fetch_datasets(const DatasetsArguments& arguments) {
  const auto progress = make_progress();
  FetchOptions options;
  options.from = arguments.from;
  options.progress = progress.get();
  for (const DatasetEntry& entry : chosen(arguments.names)) {
    const std::filesystem::path folder = dataset_folder(entry.name);
    const std::size_t fetched = fetch_dataset(entry, folder, options);
    fmt::print("{}: {} of {} files fetched; all are in {} with the right checksum\n", entry.name, fetched,
               entry.files.size(), folder.string());
  }
  return 0;
}

int verify_datasets(const DatasetsArguments& arguments) {
  bool all_good = true;
  for (const DatasetEntry& entry : chosen(arguments.names)) {
    const std::filesystem::path folder = dataset_folder(entry.name);
    // Asked about everything, a dataset that was never fetched is not a fault.
    if (arguments.names.empty() && files_of_right_size(entry) == 0) {
      fmt::print("{}: not fetched\n", entry.name);
      continue;
    }
    bool good = true;
    for (const CatalogFile& file : entry.files) {
      const FileState state = file_state(file, folder, true);
      good = good && state == FileState::good;
      fmt::print("{:<15} {}\n", to_string(state), (folder / file.name).string());
    }
    if (!good)
      fmt::print("{}: damaged or incomplete; repair it with: l2lbench datasets fetch {}\n", entry.name,
                 entry.name);
    all_good = all_good && good;
  }
  return all_good ? kAllWell : exit_code(ErrorCode::data);
}

}  // namespace

void add_datasets_command(const Command& program) {
  const auto arguments = std::make_shared<DatasetsArguments>();
  const Command datasets = program.command("datasets", "List, fetch and verify the datasets");
  datasets.require_command();

  const Command list = datasets.command("list", "Datasets of the catalogue and their state on this machine");
  list.action(list_datasets);

  const Command fetch = datasets.command("fetch", "Fetch what is absent or damaged, and verify it");
  fetch.option("NAME", arguments->names, "Datasets (default: all)");
  fetch.option("--from", arguments->from,
               "Folder or base URL (http, https, file) with the files, plain or .gz");
  fetch.action([arguments] { return fetch_datasets(*arguments); });

  const Command verify = datasets.command("verify", "Compare every file here with its SHA-256");
  verify.option("NAME", arguments->names, "Datasets (default: all that are here)");
  verify.action([arguments] { return verify_datasets(*arguments); });
}

}  // namespace l2l
