// Prepared statements: binding C++ values, reading rows.
#pragma once

#include "duroxide/time.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

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
  sqlite3_stmt* handle() const noexcept { return handle_.get(); }

private:
  struct finalize {
    void operator()(sqlite3_stmt* handle) const noexcept { sqlite3_finalize(handle); }
  };

  void bind_integer(int index, std::int64_t value);
  void bind_one(int index, std::string_view text);
  void bind_one(int index, payload value);
  void bind_one(int index, std::nullopt_t);
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
};

// The rows of a running statement. It is reset when this goes.
class row_cursor {
public:
  explicit row_cursor(statement& running) noexcept : running_(running) {}
  row_cursor(const row_cursor&) = delete;
  row_cursor& operator=(const row_cursor&) = delete;
  ~row_cursor() { running_.reset(); }

  // Goes to the next row; false after the last one.
  bool next() { return running_.step(); }

  // Reads the columns of the current row from left to right. NULL reads as zero or empty.
  template <class... Values> void into(Values&... values) const { into_from(0, values...); }
  // Likewise, from that column on. What is not asked for is not read from the file.
  template <class... Values> void into_from(int column, Values&... values) const {
    (get(column++, values), ...);
  }

private:
  bool is_null(int column) const { return sqlite3_column_type(running_.handle(), column) == SQLITE_NULL; }
  void get(int column, std::string& value) const;
  void get(int column, timestamp& value) const {
    value = timestamp(duration(sqlite3_column_int64(running_.handle(), column)));
  }
  template <std::integral T> void get(int column, T& value) const {
    value = static_cast<T>(sqlite3_column_int64(running_.handle(), column));
  }
  template <class T> void get(int column, std::optional<T>& value) const {
    value.reset();
    if (!is_null(column)) get(column, value.emplace());
  }

  statement& running_;
};

}  // namespace duroxide::persistence::sqlite
