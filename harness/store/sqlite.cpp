#include "harness/store/sqlite.hpp"

#include <sqlite3.h>

#include "core/error.hpp"

namespace l2l::sqlite {
namespace {

/// A path as an SQLite URI: what has a meaning there is escaped.
std::string uri_of(const std::filesystem::path& file) {
  std::string uri = "file:";
  for (const char c : std::filesystem::absolute(file).string()) {
    if (c == '%' || c == '?' || c == '#') {
      uri += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    } else {
      uri += c;
    }
  }
  return uri;
}

}  // namespace

Database::Database(const std::filesystem::path& file, Open mode) : file_(file) {
  // Without a -wal file nothing is pending, so the file alone is the whole truth.
  const bool pending = std::filesystem::exists(file.string() + "-wal");
  try {
    open(file, mode, mode == Open::peek && !pending);
    integer("PRAGMA schema_version");
  } catch (const Error&) {
    close();
    // A finished store on a read-only medium: WAL wants to create its -shm file beside it and cannot.
    if (mode != Open::read || pending || !std::filesystem::exists(file)) throw;
    try {
      open(file, mode, true);
      integer("PRAGMA schema_version");
    } catch (const Error&) {
      close();
      throw;
    }
  }
}

Database::~Database() {
  close();
}

void Database::close() {
  for (const auto& [sql, statement] : idle_) sqlite3_finalize(statement);
  idle_.clear();
  sqlite3_close_v2(handle_);
  handle_ = nullptr;
}

void Database::open(const std::filesystem::path& file, Open mode, bool immutable) {
  const int flags = SQLITE_OPEN_URI | SQLITE_OPEN_FULLMUTEX |
                    (mode == Open::write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY);
  const std::string uri = uri_of(file) + (immutable ? "?immutable=1" : "");
  const int code = sqlite3_open_v2(uri.c_str(), &handle_, flags, nullptr);
  if (code != SQLITE_OK) fail(code, "opening it");
  sqlite3_busy_timeout(handle_, 10'000);
}

void Database::execute(const char* sql) {
  const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code, sql);
}

bool Database::in_transaction() const {
  return sqlite3_get_autocommit(handle_) == 0;
}

std::int64_t Database::integer(const char* sql) {
  Statement statement(*this, sql);
  L2L_CHECK(statement.next(), "no row: {}", sql);
  return statement.integer(0);
}

sqlite3_stmt* Database::take_statement(std::string_view sql) {
  if (const auto found = idle_.find(std::string(sql)); found != idle_.end()) {
    sqlite3_stmt* statement = found->second;
    idle_.erase(found);
    return statement;
  }
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v2(handle_, sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
  if (code != SQLITE_OK) fail(code, sql);
  return statement;
}

void Database::give_back(sqlite3_stmt* statement) {
  if (statement == nullptr) return;
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  if (!idle_.emplace(sqlite3_sql(statement), statement).second) sqlite3_finalize(statement);
}

void Database::fail(int code, std::string_view doing) const {
  const std::string reason = handle_ ? sqlite3_errmsg(handle_) : sqlite3_errstr(code);
  const std::string what = fmt::format("the store failed: {} ({})", reason, doing.substr(0, 60));
  switch (code & 0xff) {
    case SQLITE_FULL:
      throw Error(ErrorCode::environment, {file_.string()}, what,
                  "the disk is full: free some space and run again");
    case SQLITE_IOERR:
      throw Error(ErrorCode::environment, {file_.string()}, what, "check the disk");
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      throw Error(ErrorCode::store, {file_.string()}, what,
                  "the file is damaged or not a store: move it away and run again");
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
      throw Error(ErrorCode::store, {file_.string()}, what, "check that it exists and its permissions");
    default:
      throw Error(ErrorCode::store, Where{file_.string()}, what);
  }
}

Statement::Statement(Database& database, std::string_view sql)
    : database_(database), handle_(database.take_statement(sql)) {}
Statement::~Statement() {
  database_.give_back(handle_);
}

Statement& Statement::bind(int index, std::string_view text) {
  const int code = sqlite3_bind_text64(handle_, index, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
  if (code != SQLITE_OK) database_.fail(code, "binding a text");
  return *this;
}
Statement& Statement::bind(int index, double value) {
  const int code = sqlite3_bind_double(handle_, index, value);
  if (code != SQLITE_OK) database_.fail(code, "binding a number");
  return *this;
}
Statement& Statement::bind_blob(int index, std::span<const std::byte> bytes) {
  // A null pointer would bind NULL: an empty array is an empty blob.
  const int code = bytes.empty()
                       ? sqlite3_bind_zeroblob(handle_, index, 0)
                       : sqlite3_bind_blob64(handle_, index, bytes.data(), bytes.size(), SQLITE_STATIC);
  if (code != SQLITE_OK) database_.fail(code, "binding bytes");
  return *this;
}

bool Statement::next() {
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) database_.fail(code, sqlite3_sql(handle_));
  return false;
}
void Statement::run() {
  L2L_CHECK(!next(), "unexpected row: {}", sqlite3_sql(handle_));
}

void Statement::run_again() {
  run();
  sqlite3_reset(handle_);
}

std::string Statement::text(int column) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
  return data ? std::string(data, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column)))
              : std::string();
}
double Statement::real(int column) const {
  return sqlite3_column_double(handle_, column);
}
std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(handle_, column);
}
std::span<const std::byte> Statement::blob(int column) const {
  const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(handle_, column));
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

Transaction::Transaction(Database& database) : database_(database), open_(!database.in_transaction()) {
  if (open_) database_.execute("BEGIN IMMEDIATE");
}
Transaction::~Transaction() {
  if (open_) sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}
void Transaction::commit() {
  if (!open_) return;
  database_.execute("COMMIT");
  open_ = false;
}

}  // namespace l2l::sqlite
