#include "harness/cluster/slurm.hpp"

#include <algorithm>
#include <charconv>
#include <sstream>

#include "core/error.hpp"
#include "core/process.hpp"
#include "core/text.hpp"

namespace l2l::slurm {
namespace {

constexpr std::size_t kDefaultMaxArraySize = 1001;

/// Runs a command of Slurm and returns what it wrote.
std::string ask(const std::vector<std::string>& words) {
  const ProcessResult result = run_process(words);
  if (result.ok()) return result.out;
  if (result.missing) {
    throw Error(ErrorCode::environment, fmt::format("{} was not found: there is no Slurm here", words[0]),
                "run this where jobs are submitted; without Slurm see docs/cluster.md");
  }
  std::string said = result.err.empty() ? result.out : result.err;
  while (!said.empty() && said.back() == '\n') said.pop_back();
  throw Error(ErrorCode::environment, fmt::format("{} failed: {}", words[0], said),
              "what is stored is safe; try again when Slurm answers");
}

std::string header(const Campaign& campaign, const RunDirectory& directory, const std::string& log,
                   std::size_t cpus) {
  const TaskRequest& request = campaign.request;
  std::string text = "#!/bin/bash\n";
  const auto option = [&](const std::string& name, const std::string& value) {
    if (!value.empty()) text += fmt::format("#SBATCH --{}={}\n", name, shell_word(value));
  };
  option("job-name", campaign.name);
  option("output", (directory.logs() / "slurm" / log).string());
  text += "#SBATCH --open-mode=append\n#SBATCH --requeue\n";
  option("partition", request.partition);
  option("account", request.account);
  option("time", request.time);
  option("mem", request.memory);
  option("cpus-per-task", std::to_string(cpus));
  for (const std::string& word : request.extra) text += fmt::format("#SBATCH --{}\n", word);
  return text;
}

/// Slurm runs a job whose working directory is missing in /tmp, and calls that a success.
std::string preamble(const Campaign& campaign) {
  std::string text = fmt::format("cd {} || exit 2\n", shell_word(campaign.folder));
  if (!campaign.data.empty()) text += fmt::format("export L2LBENCH_DATA={}\n", shell_word(campaign.data));
  return text;
}

}  // namespace

std::string task_script(const Campaign& campaign, const RunDirectory& directory, std::size_t wave) {
  std::string text =
      header(campaign, directory, fmt::format("wave-{}.%a.%A.log", wave), campaign.request.cpus);
  text += fmt::format("#SBATCH --signal=B:USR1@{}\n", campaign.request.warn_seconds);
  text += fmt::format(
      "# Written by l2lbench submit: wave {} of {}. $1 is added to the array index, which Slurm limits.\n",
      wave, campaign.shards.size());
  text += preamble(campaign);
  text += fmt::format(R"(
warned=
trap 'warned=1; kill -USR1 "$program" 2>/dev/null' USR1  # the time limit is near
trap : TERM                                              # the program hears it, too, and leaves
{} run {} --run {} --shard $((SLURM_ARRAY_TASK_ID + ${{1:-0}}))/{} --wave {} --threads {} \
  ${{SLURM_MEM_PER_NODE:+--max-memory $((SLURM_MEM_PER_NODE * 3 / 4))M}} &
program=$!
wait "$program"
while kill -0 "$program" 2>/dev/null; do  # a signal has ended the wait, not the program
  wait "$program"
done
wait "$program"
code=$?
if [[ $warned && $code -ge 128 && ${{SLURM_RESTART_COUNT:-0}} -lt 50 ]]; then
  scontrol requeue "$SLURM_JOB_ID"  # it goes on from its last checkpoint
fi
exit "$code"
)",
                      shell_word(campaign.program), shell_word(directory.suite().string()),
                      shell_word(directory.root().string()), campaign.shards.at(wave), wave,
                      campaign.request.cpus);
  return text;
}

std::string merge_script(const Campaign& campaign, const RunDirectory& directory, std::size_t wave) {
  std::string text = header(campaign, directory, fmt::format("merge-{}.%j.log", wave), 1);
  text += fmt::format("# Written by l2lbench submit: the merge after wave {} of {}.\n", wave,
                      campaign.shards.size());
  text += preamble(campaign);
  text += fmt::format("exec {} merge {} --run {}{}\n", shell_word(campaign.program),
                      shell_word(directory.suite().string()), shell_word(directory.root().string()),
                      wave + 1 == campaign.shards.size() ? " --report" : "");
  return text;
}

std::vector<Array> arrays_of(const std::vector<std::size_t>& shards, std::size_t max_array_size) {
  L2L_CHECK(max_array_size >= 1, "max_array_size={}", max_array_size);
  std::vector<Array> arrays;
  for (const std::size_t shard : shards) {
    const std::size_t offset = shard / max_array_size * max_array_size;
    if (arrays.empty() || arrays.back().offset != offset) arrays.push_back({offset, {}});
    arrays.back().indices.push_back(shard - offset);
  }
  return arrays;
}

std::string array_text(const std::vector<std::size_t>& indices, std::size_t limit) {
  std::string text;
  for (std::size_t i = 0; i < indices.size();) {
    std::size_t last = i;
    while (last + 1 < indices.size() && indices[last + 1] == indices[last] + 1) ++last;
    text += fmt::format("{}{}", text.empty() ? "" : ",", indices[i]);
    if (last > i) text += fmt::format("-{}", indices[last]);
    i = last + 1;
  }
  return limit == 0 ? text : fmt::format("{}%{}", text, limit);
}

std::size_t max_array_size() {
  const ProcessResult config = run_process({"scontrol", "show", "config"});
  std::istringstream lines(config.out);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("MaxArraySize")) continue;
    const std::size_t digits = line.find_first_of("0123456789");
    std::size_t value = 0;
    if (digits != std::string::npos) std::from_chars(line.data() + digits, line.data() + line.size(), value);
    if (value >= 2) return value;
  }
  return kDefaultMaxArraySize;
}

std::vector<std::string> sbatch_words(const std::string& script, const std::vector<std::string>& options,
                                      const std::vector<std::string>& arguments) {
  std::vector<std::string> words = {"sbatch", "--parsable"};
  words.insert(words.end(), options.begin(), options.end());
  words.push_back(script);
  words.insert(words.end(), arguments.begin(), arguments.end());
  return words;
}

std::string submit(const std::vector<std::string>& words) {
  const std::string out = ask(words);
  const std::string id = out.substr(0, out.find_first_not_of("0123456789"));
  if (id.empty()) throw Error(ErrorCode::environment, fmt::format("sbatch answered '{}', not a job id", out));
  return id;
}

std::map<std::string, std::size_t> queue(const std::string& name) {
  std::map<std::string, std::size_t> states;
  std::istringstream lines(ask({"squeue", "--noheader", "--array", "--name=" + name, "--format=%T"}));
  for (std::string state; std::getline(lines, state);) ++states[state];
  return states;
}

void cancel(const std::string& name) {
  ask({"scancel", "--name=" + name});
}

}  // namespace l2l::slurm
