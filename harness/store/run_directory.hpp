// Where a run keeps what: one folder per suite name.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/suite/suite.hpp"

namespace l2l {

class RunDirectory {
 public:
  explicit RunDirectory(const std::filesystem::path& root);

  const std::filesystem::path& root() const { return root_; }
  std::filesystem::path store() const { return root_ / "store.sqlite"; }      ///< the results
  std::filesystem::path lock() const { return root_ / "store.lock"; }         ///< of who writes to the store
  std::filesystem::path manifest() const { return root_ / "manifest.json"; }  ///< what made them
  std::filesystem::path suite() const { return root_ / "suite.yaml"; }        ///< the resolved suite
  std::filesystem::path weights() const { return root_ / "weights"; }         ///< trained phi, as .npz
  std::filesystem::path shards() const { return root_ / "shards"; }  ///< stores of shards, until merged
  std::filesystem::path handover() const { return root_ / "handover.sqlite"; }  ///< from merge to shards
  std::filesystem::path logs() const { return root_ / "logs"; }
  std::filesystem::path report() const { return root_ / "report"; }

  /// Before anything is written: refuses (Error{usage}) a folder that holds something else, or the run of a
  /// suite of another name.
  void check_usable_for(const Suite& suite) const;
  /// Throws Error{store} unless this is a run directory.
  void check_exists() const;
  /// The suite of this run, as it was run last.
  Suite load() const;
  /// Writes the resolved suite, where it is another one or none, and copies of the trained optimizers that it
  /// names (kind: trained) beside it (kept_phi_file): the run can be read without the files they came from.
  void write_suite(const Suite& suite) const;
  /// Stores beside this one (`../*/store.sqlite`), in alphabetical order: their results may be reused.
  std::vector<std::filesystem::path> sibling_stores() const;

 private:
  std::string name_of_suite()
      const;  ///< load().name; where the file is damaged, Error{store} says what to do

  std::filesystem::path root_;
};

/// The folder that --run gives; runs/<suite name> where it gives none.
std::filesystem::path run_directory_for(const Suite& suite, const std::string& given = "");
/// Of a run: its directory, or a suite file, which stands for the directory its runs go to.
std::filesystem::path run_directory_of(const std::filesystem::path& run);

}  // namespace l2l
