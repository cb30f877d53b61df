// Prepared statements: binding C++ values, reading rows.
#pragma once

#include "duroxide/time.hpp"
#include "persistence/row_reader.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace duroxide::persistence::sqlite {

// Any bytes, stored as TEXT if they are UTF-8 without NUL, so that people can read them, and as BLOB
// otherwise.
struct payload {
  std::string_view bytes;
};

bool is_stored_as_text(std::string_view bytes) noexcept;

inline std::optional<payload> optional_payload(const std::optional<std::string>& bytes) {
  if (!bytes) return std::nullopt;
  return payload{*bytes};
}

// Whether SQLite copies bound bytes, or they stay where they are until the statement has run.
enum class bound_bytes : std::uint8_t { stay, copied };

// Used by one thread at a time, like the connection that it belongs to.
class statement {
public:
  statement(sqlite3* db, std::string_view sql);

  template <class... Values> void bind(bound_bytes bytes, const Values&... values) {
    bytes_ = bytes;
    int index = 0;
    (bind_one(++index, values), ...);
  }

  // True if there is a row. After false or a throw the statement is reset.
  bool step();
  void reset() noexcept { sqlite3_reset(handle_.get()); }
  // Throws broken_invariant unless its columns have these names, which are literals.
  void require_columns(std::span<const char* const> wanted);
  int column_count() const noexcept { return sqlite3_column_count(handle_.get()); }
  const char* column_name(int column) const { return sqlite3_column_name(handle_.get(), column); }
  bool is_null(int column) const { return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL; }
  // Of a TEXT or BLOB column of the current row; valid until the next step.
  std::string_view text(int column) const { return text_of(handle_.get(), column); }
  static std::string_view text_of(sqlite3_stmt* row, int column) {
    // Of a TEXT column this gives the same bytes as sqlite3_column_text, NULs included.
    const void* bytes = sqlite3_column_blob(row, column);
    if (bytes == nullptr) return {};
    return {static_cast<const char*>(bytes), static_cast<std::size_t>(sqlite3_column_bytes(row, column))};
  }
  sqlite3_stmt* handle() const noexcept { return handle_.get(); }

private:
  struct finalize {
    void operator()(sqlite3_stmt* handle) const noexcept { sqlite3_finalize(handle); }
  };

  void bind_integer(int index, std::int64_t value);
  void bind_one(int index, std::string_view text);
  void bind_one(int index, payload value);
  void bind_one(int index, std::nullopt_t);
  void bind_one(int index, double value);
  void bind_one(int index, timestamp value) { bind_integer(index, value.time_since_epoch().count()); }
  void bind_one(int index, std::integral auto value) {
    bind_integer(index, static_cast<std::int64_t>(value));
  }
  void bind_one(int index, std::uint64_t value) {
    // Ids are at most what SQLite can store; a larger number only ever means "after everything".
    constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
    bind_integer(index, static_cast<std::int64_t>(std::min(value, most)));
  }
  template <class T> void bind_one(int index, const std::optional<T>& value) {
    if (value) {
      bind_one(index, *value);
    } else {
      bind_one(index, std::nullopt);
    }
  }
  void check(int code) const;

  std::unique_ptr<sqlite3_stmt, finalize> handle_;
  bound_bytes bytes_ = bound_bytes::copied;
  std::vector<const char*> known_columns_;  // literals, compared with its own
};

// The rows of a running statement. It is reset when this goes.
class row_cursor final : public row_reader {
public:
  explicit row_cursor(statement& running) noexcept : running_(running), row_(running.handle()) {}
  row_cursor(const row_cursor&) = delete;
  row_cursor& operator=(const row_cursor&) = delete;
  ~row_cursor() { running_.reset(); }

  bool next() override { return running_.step(); }

private:
  void require_columns(std::span<const char* const> wanted) const override {
    running_.require_columns(wanted);
  }
  bool is_null(int column) const override { return sqlite3_column_type(row_, column) == SQLITE_NULL; }
  std::int64_t number(int column) const override { return sqlite3_column_int64(row_, column); }
  bool flag(int column) const override { return number(column) != 0; }
  std::string_view text(int column) const override { return statement::text_of(row_, column); }
  void read_payload(int column, std::string& bytes) const override { bytes = text(column); }

  statement& running_;
  sqlite3_stmt* const row_;
};

}  // namespace duroxide::persistence::sqlite
