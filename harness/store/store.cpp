#include "harness/store/store.hpp"

#include <mutex>

#include "core/digest.hpp"
#include "core/error.hpp"
#include "harness/store/lock.hpp"
#include "harness/store/schema.hpp"
#include "harness/store/sqlite.hpp"

namespace l2l {
namespace {

/// Damaged text becomes a wrong array, which the digest then finds.
NdArray array_of(const std::string& dtype, const std::string& shape, std::span<const std::byte> bytes) {
  NdArray array;
  const auto sizes = nlohmann::json::parse(shape, nullptr, /*allow_exceptions=*/false);
  for (const auto& size : sizes)
    array.shape.push_back(size.is_number_unsigned() ? size.get<std::size_t>() : 0);
  array.values = values_from(dtype, bytes).value_or(NdArray::Values());
  return array;
}

std::unique_ptr<StoreLock> prepare_to_write(const std::filesystem::path& file) {
  std::error_code error;
  if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path(), error);
  if (error) {
    throw Error(ErrorCode::store, {file.parent_path().string()},
                fmt::format("cannot be created: {}", error.message()), "choose another directory with --run");
  }
  return std::make_unique<StoreLock>(std::filesystem::path(file).replace_extension(".lock"));
}

bool writes(StoreMode mode) {
  return mode == StoreMode::write || mode == StoreMode::merge || mode == StoreMode::sole;
}

const std::filesystem::path& existing(const std::filesystem::path& file, StoreMode mode) {
  if (!writes(mode) && !std::filesystem::exists(file)) {
    throw Error(ErrorCode::store, {file.string()}, "no such store",
                "name a run directory that `l2lbench run` has made, for instance runs/quick");
  }
  return file;
}

sqlite::Open how_to_open(StoreMode mode) {
  switch (mode) {
    case StoreMode::write:
    case StoreMode::merge:
    case StoreMode::sole:
      return sqlite::Open::write;
    case StoreMode::read:
      return sqlite::Open::read;
    case StoreMode::peek:
      return sqlite::Open::peek;
  }
  L2L_CHECK(false, "mode={}", static_cast<int>(mode));
}

/// What is damaged in another run is computed here instead.
std::optional<JobResult> undamaged(const Store& store, const std::string& key) try {
  return store.get(key);
} catch (const Error&) {
  return std::nullopt;
}

}  // namespace

struct Store::Impl {
  std::filesystem::path file;
  std::unique_ptr<StoreLock> lock;  // before the database: released after it is closed
  mutable std::mutex mutex;
  mutable sqlite::Database database;
  bool has_later_tables = false;
  std::string current_origin;
  std::size_t inserted_bytes = 0;  // since the last Batch began

  Impl(const std::filesystem::path& path, StoreMode mode)
      : file(path),
        lock(mode == StoreMode::write || mode == StoreMode::merge ? prepare_to_write(path) : nullptr),
        database(existing(path, mode), how_to_open(mode)) {
    if (!writes(mode)) {
      check_schema(database, file);
      has_later_tables = l2l::has_later_tables(database);
      return;
    }
    database.execute(mode == StoreMode::write ? "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                                              : "PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL;");
    // Keys are scattered: a merge touches pages all over the indices, which must not go to the disk one by
    // one.
    if (mode == StoreMode::merge) database.execute("PRAGMA cache_size = -524288");
    create_schema(database, file);
    has_later_tables = true;
  }

  /// Inside a transaction.
  void insert(const Job& job, const JobResult& result, const std::string& digest, double seconds,
              const std::string& origin) {
    for (const char* table : {"results", "arrays", "checkpoints", "failures", "origin_of"})
      erase(table, job.key);
    insert_origin(job.key, origin);
    const std::string kind = to_string(job.kind), config = job.config.dump(),
                      reads = nlohmann::json(job.reads).dump(), summary = result.summary.dump();
    sqlite::Statement(database, "INSERT INTO results VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(1, job.key)
        .bind(2, kind)
        .bind(3, job.label)
        .bind(4, config)
        .bind(5, reads)
        .bind(6, summary)
        .bind(7, digest)
        .bind(8, seconds)
        .run();
    inserted_bytes += job.label.size() + config.size() + reads.size() + summary.size();
    for (const auto& [name, array] : result.arrays) {
      const std::string shape = nlohmann::json(array.shape).dump();
      const std::span<const std::byte> bytes = bytes_of(array.values);
      inserted_bytes += bytes.size();
      sqlite::Statement(database, "INSERT INTO arrays VALUES (?, ?, ?, ?, ?)")
          .bind(1, job.key)
          .bind(2, name)
          .bind(3, dtype_of(array.values))
          .bind(4, shape)
          .bind_blob(5, bytes)
          .run();
    }
  }

  void insert_origin(const std::string& key, const std::string& origin) {
    if (origin.empty()) return;
    sqlite::Statement(database, "INSERT OR IGNORE INTO origins (text) VALUES (?)").bind(1, origin).run();
    sqlite::Statement(database, "INSERT INTO origin_of SELECT ?, id FROM origins WHERE text = ?")
        .bind(1, key)
        .bind(2, origin)
        .run();
  }

  void erase(const char* table, const std::string& key) {
    sqlite::Statement(database, fmt::format("DELETE FROM {} WHERE key = ?", table)).bind(1, key).run();
  }

  /// The first column of the row of `key`.
  template <class Read>
  auto lookup(const char* sql, const std::string& key, Read read) const
      -> std::optional<decltype(read(std::declval<sqlite::Statement&>()))> {
    const std::lock_guard guard(mutex);
    sqlite::Statement statement(database, sql);
    statement.bind(1, key);
    if (!statement.next()) return std::nullopt;
    return read(statement);
  }
  std::optional<std::string> lookup_text(const char* sql, const std::string& key) const {
    return lookup(sql, key, [](sqlite::Statement& row) { return row.text(0); });
  }
};

Store::Store(const std::filesystem::path& file, StoreMode mode) : impl_(std::make_unique<Impl>(file, mode)) {}
Store::~Store() = default;

bool Store::has(const std::string& key) const {
  return digest(key).has_value();
}

std::optional<JobResult> Store::get(const std::string& key) const {
  JobResult result;
  std::string expected, label;
  {
    const std::lock_guard guard(impl_->mutex);
    sqlite::Statement row(impl_->database, "SELECT summary, digest, label FROM results WHERE key = ?");
    row.bind(1, key);
    if (!row.next()) return std::nullopt;
    result.summary = nlohmann::json::parse(row.text(0), nullptr, /*allow_exceptions=*/false);
    expected = row.text(1);
    label = row.text(2);
    sqlite::Statement arrays(impl_->database, "SELECT name, dtype, shape, data FROM arrays WHERE key = ?");
    arrays.bind(1, key);
    while (arrays.next()) {
      result.arrays[arrays.text(0)] = array_of(arrays.text(1), arrays.text(2), arrays.blob(3));
    }
  }
  if (result.summary.is_discarded() || result.digest() != expected) {
    throw Error(ErrorCode::store, {impl_->file.string()},
                fmt::format("the result of \"{}\" (key {}) is damaged: its bits do not match its digest",
                            label, key.substr(0, 12)),
                "find all damaged results with `l2lbench verify RUN --all`; --repair replaces them");
  }
  return result;
}

void Store::put(const Job& job, const JobResult& result, double seconds) {
  const std::string digest = result.digest();
  const std::lock_guard guard(impl_->mutex);
  sqlite::Transaction transaction(impl_->database);
  impl_->insert(job, result, digest, seconds, impl_->current_origin);
  transaction.commit();
}

Store::Batch::Batch(Store& store) : store_(store) {
  const std::lock_guard guard(store_.impl_->mutex);
  L2L_CHECK(!store_.impl_->database.in_transaction(), "two batches of {}", store_.impl_->file.string());
  transaction_ = std::make_unique<sqlite::Transaction>(store_.impl_->database);
  store_.impl_->inserted_bytes = 0;
}
Store::Batch::~Batch() {
  const std::lock_guard guard(store_.impl_->mutex);
  transaction_.reset();
}
std::size_t Store::Batch::bytes() const {
  const std::lock_guard guard(store_.impl_->mutex);
  return store_.impl_->inserted_bytes;
}
void Store::Batch::commit() {
  const std::lock_guard guard(store_.impl_->mutex);
  transaction_->commit();
}

std::optional<std::string> Store::digest(const std::string& key) const {
  return impl_->lookup_text("SELECT digest FROM results WHERE key = ?", key);
}

std::optional<double> Store::seconds(const std::string& key) const {
  return impl_->lookup("SELECT seconds FROM results WHERE key = ?", key,
                       [](sqlite::Statement& row) { return row.real(0); });
}

std::vector<std::string> Store::adopt(const Store& other, const std::vector<Job>& jobs) {
  constexpr std::size_t kBatch = 1024;  // a transaction each: durable soon, and few waits for the disk
  std::vector<std::string> adopted;
  for (std::size_t begin = 0; begin < jobs.size(); begin += kBatch) {
    const std::lock_guard guard(impl_->mutex);
    sqlite::Transaction transaction(impl_->database);
    for (std::size_t i = begin; i < std::min(begin + kBatch, jobs.size()); ++i) {
      const std::optional<JobResult> result = undamaged(other, jobs[i].key);
      if (!result) continue;
      impl_->insert(jobs[i], *result, result->digest(), other.seconds(jobs[i].key).value_or(0),
                    other.origin(jobs[i].key));
      adopted.push_back(jobs[i].key);
    }
    transaction.commit();
  }
  return adopted;
}

void Store::put_checkpoint(const std::string& key, const std::string& bytes) {
  const std::string digest = sha256_hex(bytes);
  const std::lock_guard guard(impl_->mutex);
  sqlite::Transaction transaction(impl_->database);
  sqlite::Statement(impl_->database, "INSERT OR REPLACE INTO checkpoints VALUES (?, ?, ?)")
      .bind(1, key)
      .bind_blob(2, std::as_bytes(std::span(bytes)))
      .bind(3, digest)
      .run();
  transaction.commit();
}

std::optional<std::string> Store::checkpoint(const std::string& key) const {
  auto found =
      impl_->lookup("SELECT bytes, digest FROM checkpoints WHERE key = ?", key, [](sqlite::Statement& row) {
        const std::span<const std::byte> bytes = row.blob(0);
        return std::pair(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()), row.text(1));
      });
  if (!found || sha256_hex(found->first) != found->second) return std::nullopt;
  return std::move(found->first);
}

void Store::put_failure(const Job& job, const std::string& message) {
  const std::string kind = to_string(job.kind);
  const std::lock_guard guard(impl_->mutex);
  sqlite::Transaction transaction(impl_->database);
  sqlite::Statement(impl_->database, "INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?)")
      .bind(1, job.key)
      .bind(2, kind)
      .bind(3, job.label)
      .bind(4, message)
      .run();
  transaction.commit();
}

std::optional<std::string> Store::failure(const std::string& key) const {
  return impl_->lookup_text("SELECT message FROM failures WHERE key = ?", key);
}

std::map<std::string, std::string> Store::failures() const {
  const std::lock_guard guard(impl_->mutex);
  sqlite::Statement rows(impl_->database, "SELECT key, message FROM failures");
  std::map<std::string, std::string> failures;
  while (rows.next()) failures.emplace(rows.text(0), rows.text(1));
  return failures;
}

std::vector<std::string> Store::keys() const {
  const std::lock_guard guard(impl_->mutex);
  sqlite::Statement rows(impl_->database, "SELECT key FROM results ORDER BY key");
  std::vector<std::string> keys;
  while (rows.next()) keys.push_back(rows.text(0));
  return keys;
}

std::unordered_map<std::string, std::string> Store::digests() const {
  const std::lock_guard guard(impl_->mutex);
  sqlite::Statement rows(impl_->database, "SELECT key, digest FROM results");
  std::unordered_map<std::string, std::string> digests;
  while (rows.next()) digests.emplace(rows.text(0), rows.text(1));
  return digests;
}

bool Store::used() const {
  const std::lock_guard guard(impl_->mutex);
  return impl_->database.integer(
             "SELECT EXISTS (SELECT 1 FROM results) OR EXISTS (SELECT 1 FROM checkpoints) "
             "OR EXISTS (SELECT 1 FROM failures)") != 0;
}

void Store::set_origin(const std::string& origin) {
  const std::lock_guard guard(impl_->mutex);
  impl_->current_origin = origin;
}

std::string Store::origin(const std::string& key) const {
  if (!impl_->has_later_tables) return "";
  return impl_->lookup_text("SELECT text FROM origin_of JOIN origins ON origin = id WHERE key = ?", key)
      .value_or("");
}

void Store::put_conflict(const Conflict& conflict) {
  const std::lock_guard guard(impl_->mutex);
  sqlite::Statement(impl_->database, "INSERT OR REPLACE INTO conflicts VALUES (?, ?, ?, ?, ?, ?)")
      .bind(1, conflict.key)
      .bind(2, conflict.label)
      .bind(3, conflict.kept_digest)
      .bind(4, conflict.kept_origin)
      .bind(5, conflict.other_digest)
      .bind(6, conflict.other_origin)
      .run();
}

std::vector<Conflict> Store::conflicts() const {
  std::vector<Conflict> found;
  if (!impl_->has_later_tables) return found;
  const std::lock_guard guard(impl_->mutex);
  sqlite::Statement rows(impl_->database,
                         "SELECT key, label, kept_digest, kept_origin, other_digest, other_origin "
                         "FROM conflicts ORDER BY key, other_digest");
  while (rows.next()) {
    found.push_back({rows.text(0), rows.text(1), rows.text(2), rows.text(3), rows.text(4), rows.text(5)});
  }
  return found;
}

void Store::resolve_conflicts(const std::string& key) {
  const std::lock_guard guard(impl_->mutex);
  impl_->erase("conflicts", key);
}

}  // namespace l2l
