#include "harness/store/schema.hpp"

namespace l2l {
namespace {

constexpr std::int64_t kApplicationId = 0x4c324c42;  // "L2LB"
/// 2: keys hold the versions of the components of a job. Results of version 1 are found under none of them.
constexpr std::int64_t kSchemaVersion = 2;

constexpr const char* kSchema = R"sql(
CREATE TABLE results (key TEXT PRIMARY KEY, kind TEXT NOT NULL, label TEXT NOT NULL, config TEXT NOT NULL,
                      reads TEXT NOT NULL, summary TEXT NOT NULL, digest TEXT NOT NULL, seconds REAL NOT NULL);
CREATE TABLE arrays (key TEXT NOT NULL REFERENCES results(key), name TEXT NOT NULL, dtype TEXT NOT NULL,
                     shape TEXT NOT NULL, data BLOB NOT NULL, PRIMARY KEY (key, name));
CREATE TABLE checkpoints (key TEXT PRIMARY KEY, bytes BLOB NOT NULL, digest TEXT NOT NULL);
CREATE TABLE failures (key TEXT PRIMARY KEY, kind TEXT NOT NULL, label TEXT NOT NULL, message TEXT NOT NULL);
)sql";

/// Came later; programs that do not know them leave them alone.
constexpr const char* kLaterTables = R"sql(
CREATE TABLE IF NOT EXISTS origins (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS origin_of (key TEXT PRIMARY KEY, origin INTEGER NOT NULL REFERENCES origins(id));
CREATE TABLE IF NOT EXISTS conflicts (key TEXT NOT NULL, label TEXT NOT NULL,
                                      kept_digest TEXT NOT NULL, kept_origin TEXT NOT NULL,
                                      other_digest TEXT NOT NULL, other_origin TEXT NOT NULL,
                                      PRIMARY KEY (key, other_digest));
)sql";

}  // namespace

void create_schema(sqlite::Database& database, const std::filesystem::path& file) {
  sqlite::Transaction transaction(database);
  if (database.integer("PRAGMA schema_version") == 0) {
    database.execute(kSchema);
    database.execute(
        fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {};", kApplicationId, kSchemaVersion)
            .c_str());
  }
  check_schema(database, file);
  database.execute(kLaterTables);
  transaction.commit();
}

void check_schema(sqlite::Database& database, const std::filesystem::path& file) {
  if (database.integer("PRAGMA application_id") != kApplicationId) {
    throw Error(ErrorCode::store, {file.string()}, "is not a store of l2lbench",
                "choose another directory with --run");
  }
  const std::int64_t version = database.integer("PRAGMA user_version");
  if (version > kSchemaVersion) {
    throw OtherStoreVersion(
        ErrorCode::store, {file.string()},
        fmt::format("was written by a newer l2lbench (store version {}, this program knows {})", version,
                    kSchemaVersion),
        "update l2lbench, or choose another directory with --run");
  }
  if (version < kSchemaVersion) {
    throw OtherStoreVersion(
        ErrorCode::store, {file.string()},
        fmt::format("was written by an older l2lbench (store version {}, this program knows {}), whose "
                    "jobs have other keys",
                    version, kSchemaVersion),
        "run into a new folder with --run, or use the older program for this one");
  }
}

bool has_later_tables(sqlite::Database& database) {
  return database.integer("SELECT count(*) FROM sqlite_master WHERE name IN ('origins', 'conflicts')") == 2;
}

}  // namespace l2l
