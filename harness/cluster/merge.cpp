#include "harness/cluster/merge.hpp"

#include <algorithm>

#include "harness/store/check.hpp"

namespace l2l {
namespace {

constexpr std::size_t kBatchBytes = 64 << 20;

}  // namespace

Merger::Merger(Store& into, const std::vector<Job>& jobs) : into_(into), digests_(into.digests()) {
  for (const Job& job : jobs) jobs_.emplace(job.key, &job);
}

MergeCounts Merger::add(const Store& source) {
  if (!batch_) batch_.emplace(into_);
  MergeCounts counts;
  std::vector<Job> missing;
  for (const auto& [key, digest] : source.digests()) {
    const auto job = jobs_.find(key);
    const auto here = digests_.find(key);
    if (job == jobs_.end()) {
      ++counts.foreign;
    } else if (here == digests_.end()) {
      missing.push_back(*job->second);
    } else if (here->second == digest) {
      ++counts.equal;
    } else if (!intact(source, key)) {
      ++counts.damaged;
    } else {
      counts.conflicts.push_back(
          {key, job->second->label, here->second, into_.origin(key), digest, source.origin(key)});
      into_.put_conflict(counts.conflicts.back());
    }
  }
  // By key, so that a source is merged in the same order every time.
  std::sort(missing.begin(), missing.end(), [](const Job& a, const Job& b) { return a.key < b.key; });
  for (const std::string& key : into_.adopt(source, missing)) {
    digests_.emplace(key, *into_.digest(key));
    ++counts.added;
  }
  counts.damaged += missing.size() - counts.added;
  for (const auto& [key, message] : source.failures()) {
    const auto job = jobs_.find(key);
    if (job != jobs_.end() && !digests_.contains(key)) into_.put_failure(*job->second, message);
  }
  if (batch_->bytes() >= kBatchBytes) finish();
  return counts;
}

void Merger::finish() {
  if (!batch_) return;
  batch_->commit();
  batch_.reset();
}

}  // namespace l2l
