#include "harness/run/schedule.hpp"

#include <algorithm>
#include <unordered_map>

#include "core/error.hpp"

namespace l2l {

Schedule::Schedule(const std::vector<Job>& jobs, const std::unordered_set<std::string>& stored,
                   std::size_t max_memory)
    : jobs_(jobs),
      max_memory_(max_memory),
      state_(jobs.size(), State::waiting),
      unmet_(jobs.size(), 0),
      dependants_(jobs.size()),
      chain_(jobs.size(), 0) {
  std::unordered_map<std::string, std::size_t> index;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (stored.contains(jobs[i].key)) {
      state_[i] = State::done;
    } else {
      ++missing_;
    }
    for (const std::string& key : jobs[i].reads) {
      if (stored.contains(key) || state_[i] == State::done) continue;
      const auto found = index.find(key);
      L2L_CHECK(found != index.end(), "job {} reads {}, which no job before it makes", jobs[i].label, key);
      dependants_[found->second].push_back(i);
      ++unmet_[i];
    }
    L2L_CHECK(index.emplace(jobs[i].key, i).second, "two jobs have the key {}", jobs[i].key);
  }
  for (std::size_t i = jobs.size(); i-- > 0;) {
    for (const std::size_t next : dependants_[i]) chain_[i] = std::max(chain_[i], chain_[next]);
    chain_[i] += job_cost(jobs[i]);
    if (state_[i] == State::waiting && unmet_[i] == 0) {
      state_[i] = State::ready;
      ready_.emplace(-chain_[i], i);
    }
  }
}

std::vector<std::size_t> Schedule::too_large() const {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < jobs_.size(); ++i) {
    if (state_[i] != State::done && max_memory_ != 0 && jobs_[i].bytes > max_memory_) found.push_back(i);
  }
  return found;
}

std::optional<std::size_t> Schedule::take() {
  if (ready_.empty()) return std::nullopt;
  const std::size_t job = ready_.begin()->second;
  if (max_memory_ != 0 && running_ > 0 && memory_ + jobs_[job].bytes > max_memory_) return std::nullopt;
  ready_.erase(ready_.begin());
  state_[job] = State::running;
  memory_ += jobs_[job].bytes;
  ++running_;
  return job;
}

void Schedule::leave(std::size_t job, State state) {
  if (state_[job] == State::running) {
    memory_ -= jobs_[job].bytes;
    --running_;
  } else if (state_[job] == State::ready) {
    ready_.erase({-chain_[job], job});
  }
  state_[job] = state;
}

void Schedule::finished(std::size_t job) {
  L2L_CHECK(state_[job] == State::running, "{} is not running", jobs_[job].label);
  leave(job, State::done);
  for (const std::size_t next : dependants_[job]) {
    if (--unmet_[next] == 0 && state_[next] == State::waiting) {
      state_[next] = State::ready;
      ready_.emplace(-chain_[next], next);
    }
  }
}

std::vector<std::size_t> Schedule::failed(std::size_t job) {
  leave(job, State::failed);
  std::vector<std::size_t> blocked;
  std::vector<std::size_t> open = dependants_[job];
  while (!open.empty()) {
    const std::size_t next = open.back();
    open.pop_back();
    if (state_[next] != State::waiting) continue;
    state_[next] = State::blocked;
    blocked.push_back(next);
    open.insert(open.end(), dependants_[next].begin(), dependants_[next].end());
  }
  std::sort(blocked.begin(), blocked.end());
  return blocked;
}

void Schedule::stopped(std::size_t job) {
  L2L_CHECK(state_[job] == State::running, "{} is not running", jobs_[job].label);
  leave(job, State::stopped);
}

}  // namespace l2l
