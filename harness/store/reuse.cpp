#include "harness/store/reuse.hpp"

#include <algorithm>
#include <memory>
#include <unordered_set>

#include <fmt/format.h>

#include "harness/store/schema.hpp"

namespace l2l {

std::vector<Job> missing_jobs(const std::vector<Job>& jobs, const Store& store) {
  const std::vector<std::string> keys = store.keys();
  const std::unordered_set<std::string> stored(keys.begin(), keys.end());
  std::vector<Job> missing;
  std::copy_if(jobs.begin(), jobs.end(), std::back_inserter(missing),
               [&](const Job& job) { return !stored.contains(job.key); });
  return missing;
}

Reuse reuse_from_siblings(const RunDirectory& directory, Store& store, std::vector<Job>& missing) {
  Reuse reuse;
  for (const std::filesystem::path& file : directory.sibling_stores()) {
    if (missing.empty()) break;
    std::unique_ptr<Store> sibling;
    try {
      sibling = std::make_unique<Store>(file, StoreMode::read);
    } catch (const OtherStoreVersion&) {
      reuse.other_versions.push_back(file.parent_path());
      continue;
    } catch (const Error&) {
      continue;
    }
    reuse.results += store.adopt(*sibling, missing).size();
    missing = missing_jobs(missing, store);
  }
  return reuse;
}

std::string other_versions_text(const std::vector<std::filesystem::path>& directories) {
  if (directories.empty()) return "";
  std::vector<std::string> names;
  for (const std::filesystem::path& directory : directories) names.push_back(directory.filename().string());
  return fmt::format("nothing is taken over from {}: stores of another version than this program's",
                     fmt::join(names, ", "));
}

}  // namespace l2l
