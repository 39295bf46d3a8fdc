#include "harness/conformance/conformance.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <ostream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/error.hpp"
#include "harness/conformance/golden.hpp"
#include "optimizers/kernels/isa.hpp"

namespace l2l {
namespace {

using nlohmann::json;

struct Kind {
  const char* name;
  const char* prefix;  ///< file names of this kind start with it
  bool (*recognise)(const json& file);
  void (*replay)(const GoldenObject&, GoldenReplay&);
};

bool has(const json& file, std::initializer_list<const char*> keys) {
  return std::all_of(keys.begin(), keys.end(), [&](const char* key) { return file.contains(key); });
}

bool has_in(const json& file, const char* object, const char* key) {
  return file.contains(object) && file[object].is_object() && file[object].contains(key);
}

bool any_item(const json& file, bool (*holds)(const std::string& key, const json& value)) {
  for (const auto& [key, value] : file.items())
    if (holds(key, value)) return true;
  return false;
}

bool has_global_cells(const json& file) {
  return has_in(file, "cfg", "n_global") && file["cfg"]["n_global"] != json(0);
}

// The first that recognises a file replays it: what has more to it stands before what has less.
const Kind kKinds[] = {
    {"NTM-BFGS", "D_ntm", [](const json& f) { return has_in(f, "cfg", "Wh") || f.contains("head_outputs"); },
     replay_metagradient},
    {"LSTM+GAC", "D_gac", has_global_cells, replay_metagradient},
    {"inverse BFGS on the memory", "D2_", [](const json& f) { return f.contains("inverse_hessian"); },
     replay_inverse_bfgs},
    {"convnet", "F_conv", [](const json& f) { return has_in(f, "params", "conv0_w"); }, replay_convnet},
    {"MLP", "F_mlp", [](const json& f) { return has_in(f, "params", "W0"); }, replay_mlp},
    {"meta-training", "C_meta_training",
     [](const json& f) {
       return has(f, {"phi", "W", "unroll0"});
     },
     replay_meta_training},
    {"meta-gradient", "C_metagrad",
     [](const json& f) {
       return has(f, {"phi", "W"});
     },
     replay_metagradient},
    {"LSTM forward", "B_",
     [](const json& f) {
       return has(f, {"phi", "grads"});
     },
     replay_lstm_forward},
    {"preprocessing", "A_",
     [](const json& f) {
       return f.contains("grad") &&
              any_item(f, [](const std::string& key, const json&) { return key.starts_with("out_p"); });
     },
     replay_preprocessing},
    {"hand-designed rules", "E_",
     [](const json& f) {
       return any_item(
           f, [](const std::string&, const json& v) { return v.is_object() && v.contains("theta0"); });
     },
     replay_rules},
};

void replay_file(const json& content, FileCheck& check) {
  const GoldenObject file(content, check.file);
  const auto kind = std::find_if(std::begin(kKinds), std::end(kKinds),
                                 [&](const Kind& candidate) { return candidate.recognise(content); });
  if (kind == std::end(kKinds)) {
    // A file of a known kind that has lost its keys must not pass for something new.
    const auto named = std::find_if(std::begin(kKinds), std::end(kKinds), [&](const Kind& candidate) {
      return check.file.starts_with(candidate.prefix);
    });
    if (named != std::end(kKinds))
      throw Error(ErrorCode::format, Where{check.file, 0, 0},
                  fmt::format("named like a file of kind '{}', but without its keys", named->name));
    check.not_implemented.push_back(
        fmt::format("unknown kind of file (keys: {})", fmt::join(file.unread_keys(), ", ")));
    return;
  }
  check.kind = kind->name;
  GoldenReplay results(check);
  kind->replay(file, results);
  if (check.quantities.empty() && check.not_implemented.empty())
    throw Error(ErrorCode::format, Where{check.file, 0, 0}, "it holds nothing to compare with");
  check.not_replayed = file.unread_keys();
}

void print(const FileCheck& check, std::ostream& out) {
  for (const QuantityCheck& q : check.quantities)
    out << fmt::format("{:<4}  {}  {}  {}  error {:.2e}  tolerance {:.0e}\n", q.passed() ? "pass" : "FAIL",
                       check.file, q.precision, q.name, q.error, q.tolerance);
  for (const std::string& quantity : check.not_implemented)
    out << fmt::format("----  {}  not implemented: {}\n", check.file, quantity);
  if (!check.not_replayed.empty())
    out << fmt::format("      {}  not replayed: {}\n", check.file, fmt::join(check.not_replayed, ", "));
  if (!check.problem.empty()) out << fmt::format("FAIL  {}  {}\n", check.file, check.problem);
}

}  // namespace

FileCheck check_golden_file(const std::filesystem::path& path) {
  FileCheck check;
  check.file = path.filename().string();
  try {
    std::ifstream in(path, std::ios::binary);
    if (!in) throw Error(ErrorCode::environment, Where{check.file, 0, 0}, "cannot be read");
    replay_file(json::parse(in), check);
  } catch (const json::exception& error) {
    check.problem = fmt::format("damaged JSON: {}", error.what());
  } catch (const std::exception& error) {
    check.problem = error.what();
  }
  return check;
}

int run_conformance(const std::filesystem::path& directory, std::ostream& out) {
  if (!std::filesystem::is_directory(directory))
    throw Error(ErrorCode::usage, fmt::format("there is no directory '{}'", directory.string()),
                "name the directory that holds the golden *.json files");
  choose_isa();  // an instruction set that is not there is the user's error, not a failure of every file
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(directory))
    if (entry.path().extension() == ".json" && !entry.is_directory()) files.push_back(entry.path());
  std::sort(files.begin(), files.end());

  std::size_t verdicts[3] = {}, passed = 0, failed = 0, not_implemented = 0;
  for (const auto& path : files) {
    const FileCheck check = check_golden_file(path);
    print(check, out);
    out.flush();
    ++verdicts[static_cast<std::size_t>(check.verdict())];
    for (const QuantityCheck& q : check.quantities) ++(q.passed() ? passed : failed);
    not_implemented += check.not_implemented.size();
  }
  const auto count = [&](FileVerdict verdict) { return verdicts[static_cast<std::size_t>(verdict)]; };
  out << fmt::format("{} files: {} passed, {} failed, {} not implemented\n", files.size(),
                     count(FileVerdict::passed), count(FileVerdict::failed),
                     count(FileVerdict::not_implemented));
  out << fmt::format("{} quantities: {} passed, {} failed; {} not implemented\n", passed + failed, passed,
                     failed, not_implemented);
  if (count(FileVerdict::failed) > 0) return 1;
  if (passed == 0) {
    out << "nothing was compared\n";
    return 4;
  }
  return 0;
}

}  // namespace l2l
