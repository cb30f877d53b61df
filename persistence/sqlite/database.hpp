// One connection to a database.
#pragma once

#include "persistence/sqlite/opened_files.hpp"
#include "persistence/sqlite/statement.hpp"

#include <sqlite3.h>

#include <cstddef>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

namespace duroxide::persistence::sqlite {

// A string literal, so that its address can stand for the statement it is prepared to.
struct sql_literal {
  template <std::size_t Size> consteval sql_literal(const char (&sql)[Size]) : text(sql), size(Size - 1) {}
  const char* text;
  std::size_t size;
};

// Statements are prepared when they are first run and kept for the life of the connection. Used by one thread
// at a time. Every member throws store_failure.
class database {
public:
  // A path, or a URI as SQLite has them. `flags` as for sqlite3_open_v2, without those that choose a
  // threading mode.
  database(const std::string& name, int flags);

  // From now on nothing counts as committed unless these files are in place.
  void belongs_to(std::shared_ptr<const opened_files> files) noexcept { files_ = std::move(files); }
  void require_in_place() const {
    if (files_) files_->require_in_place();
  }

  // Runs a statement that gives no rows; says how many rows an INSERT, UPDATE or DELETE changed.
  template <class... Values> int run(sql_literal sql, const Values&... values) {
    statement& prepared = prepare(sql);
    prepared.bind(bound_bytes::stay, values...);
    prepared.step();
    return sqlite3_changes(handle());
  }

  // REQUIRES: no cursor over the same literal is alive.
  template <class... Values> row_cursor rows(sql_literal sql, const Values&... values) {
    statement& prepared = prepare(sql);
    prepared.bind(bound_bytes::copied, values...);
    return row_cursor(prepared);
  }

  // The only column of the first row; a value-initialised T if there is no row.
  template <class T, class... Values> T value(sql_literal sql, const Values&... values) {
    T found{};
    auto row = rows(sql, values...);
    if (row.next()) row.read(only_column, found);
    return found;
  }

  // Statements that are run once: schema scripts and settings.
  void run_script(const std::string& sql);

  std::uint64_t last_insert_id() const {
    return static_cast<std::uint64_t>(sqlite3_last_insert_rowid(handle()));
  }
  // Rows changed since the connection was opened.
  int total_changes() const { return sqlite3_total_changes(handle()); }
  bool in_transaction() const { return sqlite3_get_autocommit(handle()) == 0; }
  sqlite3* handle() const noexcept { return handle_.get(); }

private:
  struct close {
    void operator()(sqlite3* handle) const noexcept { sqlite3_close_v2(handle); }
  };

  statement& prepare(sql_literal sql);

  std::shared_ptr<const opened_files> files_;  // none: it has no file
  std::unique_ptr<sqlite3, close> handle_;
  std::unordered_map<const char*, statement> statements_;
};

}  // namespace duroxide::persistence::sqlite
