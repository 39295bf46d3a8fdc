#include "harness/store/reuse.hpp"

#include <algorithm>
#include <memory>
#include <unordered_set>

#include "core/error.hpp"

namespace l2l {

std::vector<Job> missing_jobs(const std::vector<Job>& jobs, const Store& store) {
  const std::vector<std::string> keys = store.keys();
  const std::unordered_set<std::string> stored(keys.begin(), keys.end());
  std::vector<Job> missing;
  std::copy_if(jobs.begin(), jobs.end(), std::back_inserter(missing),
               [&](const Job& job) { return !stored.contains(job.key); });
  return missing;
}

std::size_t reuse_from_siblings(const RunDirectory& directory, Store& store, std::vector<Job>& missing) {
  std::size_t reused = 0;
  for (const std::filesystem::path& file : directory.sibling_stores()) {
    if (missing.empty()) break;
    std::unique_ptr<Store> sibling;
    try {
      sibling = std::make_unique<Store>(file, StoreMode::read);
    } catch (const Error&) {
      continue;
    }
    reused += store.adopt(*sibling, missing).size();
    missing = missing_jobs(missing, store);
  }
  return reused;
}

}  // namespace l2l
