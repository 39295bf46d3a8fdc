#include "harness/cluster/handover.hpp"

#include <algorithm>
#include <unordered_set>

#include "core/error.hpp"
#include "core/files.hpp"
#include "harness/store/sqlite.hpp"

namespace l2l {
namespace {

namespace fs = std::filesystem;

/// Stored results that a job of a later wave reads; a selection is made by the merge and needs no handing
/// over.
std::vector<Job> inputs_of(const std::vector<Job>& jobs) {
  std::unordered_set<std::string> read;
  for (const Job& job : jobs) {
    if (job.kind != JobKind::select) read.insert(job.reads.begin(), job.reads.end());
  }
  std::vector<Job> inputs;
  std::copy_if(jobs.begin(), jobs.end(), std::back_inserter(inputs),
               [&](const Job& job) { return read.contains(job.key); });
  return inputs;
}

}  // namespace

struct Handover::Index {
  mutable sqlite::Database database;
  explicit Index(const fs::path& file) : database(file, sqlite::Open::peek) {}
};

void write_handover(const std::filesystem::path& file, const Store& merged, const std::vector<Job>& jobs) {
  const fs::path part = file.string() + ".part";  // the lock of the merged store keeps other writers away
  std::error_code ignored;
  fs::remove(part, ignored);
  fs::remove(part.string() + "-journal", ignored);
  Store(part, StoreMode::sole).adopt(merged, inputs_of(jobs));
  {
    sqlite::Database database(part, sqlite::Open::write);
    sqlite::Transaction transaction(database);
    database.execute("CREATE TABLE stored (key TEXT PRIMARY KEY) WITHOUT ROWID");
    sqlite::Statement insert(database, "INSERT INTO stored VALUES (?)");
    for (const std::string& key : merged.keys()) insert.bind(1, key).run_again();
    transaction.commit();
  }
  std::error_code failed;
  fs::rename(part, file, failed);
  if (failed) throw_io_error(file, "write", failed.value());
}

Handover::Handover(const std::filesystem::path& file) {
  if (!fs::exists(file)) return;
  inputs_ = std::make_unique<Store>(file, StoreMode::peek);
  index_ = std::make_unique<Index>(file);
}
Handover::~Handover() = default;

bool Handover::stored(const std::string& key) const {
  if (!index_) return false;
  sqlite::Statement row(index_->database, "SELECT 1 FROM stored WHERE key = ?");
  row.bind(1, key);
  return row.next();
}

}  // namespace l2l
