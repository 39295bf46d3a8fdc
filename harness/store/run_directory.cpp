#include "harness/store/run_directory.hpp"

#include <algorithm>

#include "core/error.hpp"
#include "core/files.hpp"
#include "harness/phi/phi_file.hpp"
#include "harness/suite/load.hpp"

namespace l2l {

namespace fs = std::filesystem;

std::filesystem::path run_directory_for(const Suite& suite, const std::string& given) {
  return given.empty() ? fs::path("runs") / suite.name : fs::path(given);
}

std::filesystem::path run_directory_of(const std::filesystem::path& run) {
  std::error_code ignored;
  if (run.extension() != ".yaml" || !fs::is_regular_file(run, ignored)) return run;
  return run_directory_for(load_suite(run.string()));
}

RunDirectory::RunDirectory(const std::filesystem::path& root) : root_(root.lexically_normal()) {
  if (!root_.has_filename() && root_.has_relative_path()) root_ = root_.parent_path();  // "runs/quick/"
}

void RunDirectory::check_usable_for(const Suite& suite) const {
  std::error_code error;
  if (!fs::exists(root_, error)) return;
  if (!fs::is_directory(root_)) {
    throw Error(ErrorCode::usage, {root_.string()}, "is not a directory", "choose another with --run");
  }
  if (fs::exists(this->suite())) {
    const std::string name = name_of_suite();
    if (name == suite.name) return;
    throw Error(ErrorCode::usage, {root_.string()},
                fmt::format("holds a run of the suite '{}', not of '{}'", name, suite.name),
                "choose another directory with --run");
  }
  // Without a suite but with a store: a run that was killed in its first moments. With shards: not merged
  // yet.
  if (!fs::is_empty(root_) && !fs::exists(store()) && !fs::exists(lock()) && !fs::exists(shards())) {
    throw Error(ErrorCode::usage, {root_.string()}, "is not empty and not a run directory",
                "choose another directory with --run");
  }
}

std::string RunDirectory::name_of_suite() const try { return load().name; } catch (const Error& error) {
  if (error.where().file != suite().string()) throw;  // a file that it names
  throw Error(ErrorCode::store, error.where(), "damaged: " + error.message(),
              "remove this file and run the suite again: what is stored is kept and found");
}

void RunDirectory::check_exists() const {
  if (fs::exists(store()) && fs::exists(suite())) return;
  throw Error(ErrorCode::store, {root_.string()},
              fs::exists(root_) ? "is not a run directory" : "no such run directory",
              "name a directory that `l2lbench run` has made, for instance runs/quick");
}

Suite RunDirectory::load() const {
  return load_suite(suite().string());
}

void RunDirectory::write_suite(const Suite& suite) const {
  create_folders(root_);
  for (const OptimizerSpec& optimizer : suite.optimizers) {
    if (!optimizer.learned || !optimizer.learned->phi_file) continue;
    const fs::path kept = kept_phi_file(this->suite(), optimizer.name);
    create_folders(kept.parent_path());
    const std::string bytes = read_file(optimizer.learned->phi_file->path);
    if (!fs::exists(kept) || read_file(kept) != bytes) write_file_atomically(kept, bytes);
  }
  if (fs::exists(this->suite()) && read_file(this->suite()) == suite.canonical_yaml) return;
  write_file_atomically(this->suite(), suite.canonical_yaml);
}

std::vector<std::filesystem::path> RunDirectory::sibling_stores() const {
  std::vector<fs::path> found;
  std::error_code error;
  const fs::path own = fs::weakly_canonical(root_, error);
  for (const auto& entry : fs::directory_iterator(own.parent_path(), error)) {
    const fs::path store = entry.path() / "store.sqlite";
    if (entry.path() != own && fs::exists(store, error)) found.push_back(store);
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace l2l
