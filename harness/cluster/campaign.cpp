#include "harness/cluster/campaign.hpp"

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "core/files.hpp"
#include "harness/cluster/shard.hpp"
#include "harness/plan/summary.hpp"
#include "harness/run/schedule.hpp"

namespace l2l {
namespace {

using nlohmann::json;

std::filesystem::path file_of(const RunDirectory& directory) {
  return directory.root() / "campaign.json";
}

}  // namespace

void Campaign::save(const RunDirectory& directory) const {
  const json out = {{"format", 1},
                    {"name", name},
                    {"shards", shards},
                    {"program", program},
                    {"folder", folder},
                    {"data", data},
                    {"request",
                     {{"partition", request.partition},
                      {"account", request.account},
                      {"memory", request.memory},
                      {"time", request.time},
                      {"cpus", request.cpus},
                      {"array_limit", request.array_limit},
                      {"warn_seconds", request.warn_seconds},
                      {"extra", request.extra}}},
                    {"submissions", submissions}};
  write_file_atomically(file_of(directory), out.dump(2) + "\n");
}

Campaign Campaign::load(const RunDirectory& directory) try {
  if (!exists(directory)) {
    throw Error(ErrorCode::usage, {directory.root().string()}, "nothing was submitted here",
                "start with `l2lbench submit SUITE`");
  }
  const json in = json::parse(read_file(file_of(directory)));
  const json& asked = in.at("request");
  Campaign campaign;
  campaign.name = in.at("name");
  campaign.shards = in.at("shards").get<std::vector<std::size_t>>();
  campaign.program = in.at("program");
  campaign.folder = in.at("folder");
  campaign.data = in.at("data");
  campaign.submissions = in.at("submissions");
  campaign.request = {asked.at("partition"),    asked.at("account"),
                      asked.at("memory"),       asked.at("time"),
                      asked.at("cpus"),         asked.at("array_limit"),
                      asked.at("warn_seconds"), asked.at("extra").get<std::vector<std::string>>()};
  return campaign;
} catch (const json::exception& problem) {
  throw Error(ErrorCode::store, {file_of(directory).string()}, fmt::format("damaged: {}", problem.what()),
              "remove it and submit the suite again: what is stored is kept and found");
}

bool Campaign::exists(const RunDirectory& directory) {
  return std::filesystem::exists(file_of(directory));
}

std::vector<std::size_t> choose_shards(const std::vector<Job>& jobs, double seconds, std::size_t cpus,
                                       std::size_t most) {
  L2L_CHECK(seconds > 0 && cpus >= 1 && most >= 1, "seconds={} cpus={} most={}", seconds, cpus, most);
  const std::vector<int> waves = waves_of(jobs);
  std::vector<std::size_t> shards;
  for (std::size_t wave = 0; wave < wave_count(waves); ++wave) {
    const auto members = split_wave(jobs, waves, wave, 1).front();
    double cost = 0;
    for (const std::size_t job : members) cost += job_cost(jobs[job]);
    const double tasks = std::ceil(cost / kAssumedFlopPerSecond / (seconds * static_cast<double>(cpus)));
    const std::size_t ceiling = std::min(most, std::max<std::size_t>(1, members.size()));
    shards.push_back(tasks < static_cast<double>(ceiling)
                         ? std::max<std::size_t>(1, static_cast<std::size_t>(tasks))
                         : ceiling);
  }
  return shards;
}

std::vector<std::vector<std::size_t>> shards_to_send(const std::vector<Job>& jobs,
                                                     const std::vector<std::size_t>& shards,
                                                     const Store& store) {
  const std::vector<int> waves = waves_of(jobs);
  L2L_CHECK(shards.size() == wave_count(waves), "{} waves, {} expected", wave_count(waves), shards.size());
  std::vector<std::vector<std::size_t>> send(shards.size());
  for (std::size_t wave = 0; wave < shards.size(); ++wave) {
    const auto split = split_wave(jobs, waves, wave, shards[wave]);
    for (std::size_t shard = 0; shard < split.size(); ++shard) {
      if (std::any_of(split[shard].begin(), split[shard].end(),
                      [&](std::size_t job) { return !store.has(jobs[job].key); }))
        send[wave].push_back(shard);
    }
  }
  return send;
}

}  // namespace l2l
