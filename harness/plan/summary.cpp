#include "harness/plan/summary.hpp"

#include <algorithm>
#include <unordered_map>
#include <vector>

namespace l2l {
namespace {

std::size_t index_of(JobKind kind) {
  return static_cast<std::size_t>(std::find(kJobKinds.begin(), kJobKinds.end(), kind) - kJobKinds.begin());
}

/// FLOP per second of each kind: measured where stored jobs tell, else assumed.
struct Rates {
  std::array<double, kJobKinds.size()> flop{}, seconds{};

  void add(const Job& job, double took) {
    flop[index_of(job.kind)] += job.flop;
    seconds[index_of(job.kind)] += took;
  }
  bool measured(JobKind kind) const { return flop[index_of(kind)] > 0 && seconds[index_of(kind)] > 0; }
  double of(JobKind kind) const {
    return measured(kind) ? flop[index_of(kind)] / seconds[index_of(kind)] : kAssumedFlopPerSecond;
  }
};

}  // namespace

double PlanSummary::wall_seconds(std::size_t threads) const {
  return std::max(longest_chain, total.seconds / static_cast<double>(std::max<std::size_t>(1, threads)));
}

PlanSummary summarise(const Plan& plan,
                      const std::function<std::optional<StoredJob>(const std::string& key)>& lookup) {
  std::vector<std::optional<StoredJob>> stored;
  Rates rates;
  for (const Job& job : plan.jobs) {
    stored.push_back(lookup(job.key));
    if (stored.back() && stored.back()->seconds) rates.add(job, *stored.back()->seconds);
  }
  PlanSummary summary;
  std::unordered_map<std::string, double> finished_at;  // by key, were there a core for every job
  for (std::size_t i = 0; i < plan.jobs.size(); ++i) {
    const Job& job = plan.jobs[i];
    KindSummary& kind = summary.kinds[index_of(job.kind)];
    ++kind.jobs;
    if (stored[i]) {
      ++(stored[i]->elsewhere ? kind.elsewhere : kind.stored);
      continue;
    }
    const double seconds = job.flop / rates.of(job.kind);
    kind.seconds += seconds;
    kind.measured = rates.measured(job.kind);
    double start = 0;
    for (const std::string& read : job.reads) start = std::max(start, finished_at[read]);
    finished_at[job.key] = start + seconds;
    summary.longest_chain = std::max(summary.longest_chain, start + seconds);
    summary.largest_bytes = std::max(summary.largest_bytes, job.bytes);
  }
  for (const KindSummary& kind : summary.kinds) {
    summary.total.jobs += kind.jobs;
    summary.total.stored += kind.stored;
    summary.total.elsewhere += kind.elsewhere;
    summary.total.seconds += kind.seconds;
    summary.total.measured = summary.total.measured || kind.measured;
  }
  return summary;
}

}  // namespace l2l
