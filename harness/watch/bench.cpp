#include "harness/watch/bench.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <memory>
#include <optional>

#include "core/error.hpp"
#include "core/files.hpp"
#include "core/json.hpp"
#include "core/process.hpp"
#include "core/text.hpp"

namespace l2l {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using Times = std::map<std::string, std::vector<double>>;  // benchmark -> times of its repetitions, ns

struct Named {
  const char* program;
  const char* filter;
};
/// Jobs as a run executes them, and the kernels that most of their time goes to.
constexpr Named kGateSet[] = {{"gate_jobs", "."},
                              {"lstm_kernels", "^(forward|unroll)/avx[^/]*/n:1280/hidden:20/"}};

double to_nanoseconds(const std::string& unit) {
  if (unit == "ns") return 1;
  if (unit == "us") return 1e3;
  if (unit == "ms") return 1e6;
  return unit == "s" ? 1e9 : 0;
}

Times times_of(const json& page, const std::string& where) {
  const auto refuse = [&](const std::string& why) {
    return Error(ErrorCode::format, {where}, why,
                 "write it with --benchmark_out=FILE --benchmark_out_format=json");
  };
  if (!page.is_object() || !page.contains("benchmarks")) throw refuse("is no JSON of Google Benchmark");
  Times times;
  try {
    for (const json& row : page.at("benchmarks")) {
      if (row.value("run_type", "iteration") != "iteration" || row.value("error_occurred", false)) continue;
      const std::string name = row.at("name");
      // Several threads: the time that passed. One thread: its own, which others on the machine disturb less.
      const bool real = name.find("/real_time") != std::string::npos;
      const double time =
          row.at(real ? "real_time" : "cpu_time").get<double>() * to_nanoseconds(row.at("time_unit"));
      if (!(time > 0)) throw refuse(fmt::format("has no time of {}", name));
      times[name].push_back(time);
    }
  } catch (const json::exception& error) {
    throw refuse(fmt::format("is damaged: {}", error.what()));
  }
  return times;
}

Times run_once(const fs::path& program, const std::string& filter, double min_time) {
  const std::vector<std::string> words = {program.string(), "--benchmark_format=json",
                                          "--benchmark_filter=" + filter,
                                          fmt::format("--benchmark_min_time={}", min_time)};
  const ProcessResult result = run_process(words);
  if (!result.ok())
    throw Error(ErrorCode::environment, {program.string()},
                fmt::format("the benchmark program failed (exit code {})", result.exit_code),
                fmt::format("run it by hand: {}", shell_line(words)));
  return times_of(json::parse(result.out, nullptr, /*allow_exceptions=*/false), program.string());
}

/// The number that stands after `label`, thousands separated or not.
std::optional<double> number_after(const std::string& text, const std::string& label) {
  std::size_t at = text.rfind(label);
  if (at == std::string::npos) return std::nullopt;
  std::string digits;
  for (at += label.size(); at < text.size() && text[at] != '\n'; ++at)
    if (text[at] >= '0' && text[at] <= '9') digits += text[at];
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || !(value > 0)) return std::nullopt;
  return value;
}

std::optional<double> instructions_of(const std::string& counter, const fs::path& program,
                                      const std::string& name) {
  // The least time stops after the first iteration: the same work in both builds.
  std::vector<std::string> words = {program.string(), "--benchmark_min_time=1e-9",
                                    "--benchmark_filter=^" + name + "$"};
  if (counter == "perf") {
    words.insert(words.begin(), {"perf", "stat", "-x,", "-e", "instructions:u"});
    const std::string text = run_process(words).err;
    double value = 0;  // "123456,,instructions:u,..."
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && value > 0 ? std::optional(value) : std::nullopt;
  }
  words.insert(words.begin(), {"valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"});
  return number_after(run_process(words).err, "Collected :");
}

/// Of a build: DIR, DIR/bin/l2lbench, or a program in DIR/tests.
fs::path build_of(const fs::path& path) {
  if (fs::is_directory(path)) return path;
  return fs::absolute(path).lexically_normal().parent_path().parent_path();
}

}  // namespace

std::filesystem::path own_build() {
  return build_of(fs::read_symlink("/proc/self/exe"));
}

std::vector<BenchmarkPair> benchmark_pairs(const std::filesystem::path& baseline,
                                           const std::filesystem::path& candidate,
                                           const std::vector<std::string>& names, const std::string& filter) {
  for (const fs::path& path : {baseline, candidate})
    if (!fs::exists(path))
      throw Error(ErrorCode::usage, {path.string()}, "no such build or benchmark program",
                  "name a build folder, its bin/l2lbench, or a benchmark program");
  const auto is_program = [](const fs::path& path) {
    return fs::is_regular_file(path) && path.filename() != "l2lbench";
  };
  std::vector<BenchmarkPair> pairs;
  if (is_program(baseline) || is_program(candidate)) {
    const fs::path name = is_program(candidate) ? candidate.filename() : baseline.filename();
    pairs.push_back({is_program(baseline) ? baseline : build_of(baseline) / "tests" / name,
                     is_program(candidate) ? candidate : build_of(candidate) / "tests" / name,
                     filter.empty() ? "." : filter});
  } else if (names.empty()) {
    for (const Named& one : kGateSet)
      pairs.push_back({build_of(baseline) / "tests" / one.program,
                       build_of(candidate) / "tests" / one.program, filter.empty() ? one.filter : filter});
  }
  for (const std::string& name : names)
    pairs.push_back({build_of(baseline) / "tests" / name, build_of(candidate) / "tests" / name,
                     filter.empty() ? "." : filter});
  for (const BenchmarkPair& pair : pairs)
    for (const fs::path& program : {pair.baseline, pair.candidate})
      if (!fs::exists(program))
        throw Error(ErrorCode::usage, {program.string()}, "this build has no such benchmark program",
                    "build it: ./l2lbench build, or choose others with --program");
  return pairs;
}

std::vector<reports::SpeedSeries> measure_in_turn(const std::vector<BenchmarkPair>& pairs, int rounds,
                                                  double min_time, bool quiet) {
  constexpr std::array<std::array<int, 3>, 6> kOrders = {
      {{0, 1, 2}, {2, 0, 1}, {1, 2, 0}, {2, 1, 0}, {0, 2, 1}, {1, 0, 2}}};
  std::vector<reports::SpeedSeries> series;
  for (const BenchmarkPair& pair : pairs) {
    std::array<std::map<std::string, std::vector<double>>, 3> times;  // baseline, control, candidate
    for (int round = 0; round < rounds; ++round) {
      if (!quiet)
        fmt::print(stderr, "\r{}: round {} of {} ", pair.candidate.filename().string(), round + 1, rounds);
      for (const int who : kOrders[static_cast<std::size_t>(round) % kOrders.size()]) {
        for (const auto& [name, found] :
             run_once(who == 2 ? pair.candidate : pair.baseline, pair.filter, min_time))
          times[static_cast<std::size_t>(who)][name].push_back(found.front());
      }
    }
    if (!quiet) fmt::print(stderr, "\n");
    for (const auto& [name, baseline] : times[0]) {
      const auto candidate = times[2].find(name);
      if (candidate != times[2].end() && candidate->second.size() == baseline.size())
        series.push_back({name, baseline, times[1].at(name), candidate->second});
    }
  }
  return series;
}

std::vector<reports::InstructionCount> count_instructions(const std::vector<BenchmarkPair>& pairs,
                                                          bool quiet) {
  std::string counter;
  if (instructions_of("perf", "/bin/true", "."))
    counter = "perf";
  else if (run_process({"valgrind", "--version"}).ok())
    counter = "valgrind";
  if (counter.empty())
    throw Error(ErrorCode::environment, "there is nothing here to count instructions with",
                "install valgrind (apt-get install valgrind), or allow perf its counters; or leave "
                "--instructions out");
  std::vector<reports::InstructionCount> counts;
  for (const BenchmarkPair& pair : pairs) {
    std::string names =
        run_process({pair.baseline.string(), "--benchmark_list_tests", "--benchmark_filter=" + pair.filter})
            .out;
    for (std::size_t end; (end = names.find('\n')) != std::string::npos; names.erase(0, end + 1)) {
      const std::string name = names.substr(0, end);
      // Its own least time cannot be shortened: the number of iterations would depend on the clock.
      if (name.find("/min_time:") != std::string::npos) continue;
      if (!quiet) fmt::print(stderr, "{}: counting instructions\n", name);
      const auto before = instructions_of(counter, pair.baseline, name),
                 after = instructions_of(counter, pair.candidate, name);
      if (!before || !after)
        throw Error(ErrorCode::environment, {pair.candidate.string()},
                    fmt::format("{} could not count the instructions of {}", counter, name),
                    "run it by hand");
      counts.push_back({name, *before, *after});
    }
  }
  return counts;
}

std::vector<reports::SpeedSeries> series_of_files(const std::filesystem::path& baseline,
                                                  const std::filesystem::path& candidate) {
  const auto read = [](const fs::path& path) {
    return times_of(json::parse(read_file(path, ErrorCode::format), nullptr, /*allow_exceptions=*/false),
                    path.string());
  };
  const Times before = read(baseline), after = read(candidate);
  std::vector<reports::SpeedSeries> series;
  for (const auto& [name, times] : before) {
    const auto found = after.find(name);
    if (found == after.end()) continue;
    const std::size_t rounds = std::min(times.size(), found->second.size());
    const auto first = [&](const std::vector<double>& all) {
      return std::vector<double>(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(rounds));
    };
    std::vector<double> control = first(times);  // the halves change places: a drift shows as an A/A alarm
    std::rotate(control.begin(), control.begin() + static_cast<std::ptrdiff_t>(rounds / 2), control.end());
    series.push_back({name, first(times), std::move(control), first(found->second)});
  }
  return series;
}

}  // namespace l2l
