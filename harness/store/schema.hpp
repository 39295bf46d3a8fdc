// The tables of a store and the version of their layout.
#pragma once

#include <filesystem>

#include "core/error.hpp"
#include "harness/store/sqlite.hpp"

namespace l2l {

/// A store that a program with another layout, or other keys, has written.
class OtherStoreVersion : public Error {
 public:
  using Error::Error;
};

/// Creates the tables that `file` does not have, in one transaction. Throws as check_schema().
void create_schema(sqlite::Database& database, const std::filesystem::path& file);

/// Throws Error{store} where `file` is no store, and OtherStoreVersion where it is one of another program's.
void check_schema(sqlite::Database& database, const std::filesystem::path& file);

/// Origins and conflicts: stores of earlier programs have none, which a reader must not create.
bool has_later_tables(sqlite::Database& database);

}  // namespace l2l
