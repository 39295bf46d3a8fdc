// A thin RAII layer over SQLite: what the store needs and no more.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

struct sqlite3;
struct sqlite3_stmt;

namespace l2l::sqlite {

enum class Open { read, write, peek };

/// One connection. Not thread-safe: guard it with a mutex.
class Database {
 public:
  /// `write` creates the file if missing. Throws Error{store} naming the file.
  Database(const std::filesystem::path& file, Open mode);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Runs statements that return nothing.
  void execute(const char* sql);
  /// The only value of a one-row query, for pragmas.
  std::int64_t integer(const char* sql);

  bool in_transaction() const;

  /// Throws Error{store} (or {environment}: disk full, I/O error) for SQLite's result code.
  [[noreturn]] void fail(int code, std::string_view doing) const;
  sqlite3* handle() const { return handle_; }

  /// A compiled statement, from the last Statement of the same text where that is over.
  sqlite3_stmt* take_statement(std::string_view sql);
  void give_back(sqlite3_stmt* statement);

 private:
  void open(const std::filesystem::path& file, Open mode, bool immutable);
  void close();

  std::filesystem::path file_;
  sqlite3* handle_ = nullptr;
  std::unordered_map<std::string, sqlite3_stmt*> idle_;  ///< by text: compiling takes longer than most runs
};

/// A prepared statement; parameters are bound by position from 1, columns are read by position from 0.
class Statement {
 public:
  Statement(Database& database, std::string_view sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  /// The bytes must stay alive until the statement has run.
  Statement& bind(int index, std::string_view text);
  Statement& bind(int index, double value);
  Statement& bind_blob(int index, std::span<const std::byte> bytes);

  bool next();       ///< true while there is a row
  void run();        ///< for statements without rows
  void run_again();  ///< the same, ready for the next values

  std::string text(int column) const;
  double real(int column) const;
  std::int64_t integer(int column) const;
  /// Valid until the next call of next().
  std::span<const std::byte> blob(int column) const;

 private:
  Database& database_;
  sqlite3_stmt* handle_ = nullptr;
};

/// BEGIN IMMEDIATE ... COMMIT; rolled back unless commit() was called. Within another one it is part of that.
class Transaction {
 public:
  explicit Transaction(Database& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Database& database_;
  bool open_;
};

}  // namespace l2l::sqlite
