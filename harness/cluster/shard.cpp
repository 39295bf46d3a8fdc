#include "harness/cluster/shard.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <functional>
#include <optional>
#include <queue>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "core/error.hpp"

namespace l2l {
namespace {

std::optional<std::size_t> number(std::string_view text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string index_from_environment() {
  const char* slurm = std::getenv("SLURM_ARRAY_TASK_ID");
  const char* kubernetes = std::getenv("JOB_COMPLETION_INDEX");
  if (slurm && kubernetes && std::string_view(slurm) != kubernetes) {
    throw Error(ErrorCode::usage,
                fmt::format("SLURM_ARRAY_TASK_ID is {}, but JOB_COMPLETION_INDEX is {}", slurm, kubernetes),
                "say which shard it is, like --shard 3/8");
  }
  if (slurm) return slurm;
  if (kubernetes) return kubernetes;
  throw Error(ErrorCode::usage, "--shard auto/N needs SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX",
              "outside of Slurm and Kubernetes say which shard it is, like --shard 3/8");
}

}  // namespace

Shard parse_shard(const std::string& text) {
  const std::size_t slash = text.find('/');
  std::string index = text.substr(0, slash);
  if (slash != std::string::npos && index == "auto") index = index_from_environment();
  const auto k = number(index);
  const auto n = slash == std::string::npos ? std::nullopt : number(std::string_view(text).substr(slash + 1));
  if (!k || !n || *n == 0) {
    throw Error(ErrorCode::usage, fmt::format("'{}' is no shard", text),
                "write K/N with K from 0 to N-1, like --shard 3/8, or auto/8");
  }
  if (*k >= *n) {
    throw Error(ErrorCode::usage, fmt::format("there is no shard {} of {}", *k, *n),
                fmt::format("shards are counted from 0: the last one is {}/{}", *n - 1, *n));
  }
  return {*k, *n};
}

std::vector<int> waves_of(const std::vector<Job>& jobs) {
  std::unordered_map<std::string, std::size_t> index;
  std::vector<int> waves(jobs.size());
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    int latest = kBeforeWaves;
    for (const std::string& key : jobs[i].reads) {
      const auto read = index.find(key);
      L2L_CHECK(read != index.end(), "{} reads {}, which no job before it makes", jobs[i].label, key);
      latest = std::max(latest, waves[read->second]);
    }
    waves[i] = jobs[i].kind == JobKind::select ? latest : latest + 1;
    index.emplace(jobs[i].key, i);
  }
  return waves;
}

std::size_t wave_count(const std::vector<int>& waves) {
  int last = kBeforeWaves;
  for (const int wave : waves) last = std::max(last, wave);
  return static_cast<std::size_t>(last + 1);
}

std::vector<std::vector<std::size_t>> split_wave(const std::vector<Job>& jobs, const std::vector<int>& waves,
                                                 std::size_t wave, std::size_t count) {
  L2L_CHECK(count >= 1 && waves.size() == jobs.size(), "count={} waves={} jobs={}", count, waves.size(),
            jobs.size());
  std::vector<std::size_t> members;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (waves[i] == static_cast<int>(wave) && jobs[i].kind != JobKind::select) members.push_back(i);
  }
  std::sort(members.begin(), members.end(), [&](std::size_t a, std::size_t b) {
    const double cost_a = job_cost(jobs[a]), cost_b = job_cost(jobs[b]);
    return cost_a != cost_b ? cost_a > cost_b : jobs[a].key < jobs[b].key;
  });
  using Load = std::pair<double, std::size_t>;  // cost so far, shard
  std::priority_queue<Load, std::vector<Load>, std::greater<>> least;
  for (std::size_t shard = 0; shard < count; ++shard) least.emplace(0.0, shard);
  std::vector<std::vector<std::size_t>> shards(count);
  for (const std::size_t job : members) {
    auto [load, shard] = least.top();
    least.pop();
    shards[shard].push_back(job);
    least.emplace(load + job_cost(jobs[job]), shard);
  }
  for (auto& shard : shards) std::sort(shard.begin(), shard.end());
  return shards;
}

}  // namespace l2l
