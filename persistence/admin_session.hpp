// The little that the dialects of SQL differ in, for statements that are not on the hot path.
#pragma once

#include "duroxide/administration.hpp"
#include "duroxide/time.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace duroxide::persistence {

// Bytes that go into a column of payloads.
struct sql_payload {
  std::string bytes;
};

// An argument that is a list of texts, each UTF-8 without U+0000. No column takes it.
struct sql_texts {
  std::vector<std::string> texts;
};

// Null, a number, text that is UTF-8 without U+0000, a payload, a list of texts.
using sql_value = std::variant<std::monostate, std::int64_t, double, std::string, sql_payload, sql_texts>;

inline sql_value to_sql(timestamp time) { return time.time_since_epoch().count(); }

// The names of the columns of a statement, which its rows share.
using column_names = std::shared_ptr<const std::vector<std::string>>;

// A row as text. Members throw broken_invariant if the statement gives no column of that name.
class sql_row {
public:
  sql_row(column_names names, std::vector<std::optional<std::string>> values)
      : names_(std::move(names)), values_(std::move(values)) {}

  // The value itself, which is not there any more then.
  std::optional<std::string> take(std::string_view column) { return std::move(value(column)); }
  // None is empty.
  std::string text(std::string_view column) const { return value(column).value_or(std::string()); }
  // None is 0. Throws std::invalid_argument for what is no number.
  std::uint64_t number(std::string_view column) const;
  timestamp time(std::string_view column) const;
  std::optional<timestamp> optional_time(std::string_view column) const;

private:
  std::size_t index_of(std::string_view column) const;
  const std::optional<std::string>& value(std::string_view column) const { return values_[index_of(column)]; }
  std::optional<std::string>& value(std::string_view column) { return values_[index_of(column)]; }

  column_names names_;
  std::vector<std::optional<std::string>> values_;
  mutable std::size_t next_ = 0;  // columns are mostly asked for in their order
};

// Rows that are read as they are asked for, a few of which are in memory at a time. Members throw
// store_failure.
class row_stream {
public:
  row_stream() = default;
  row_stream(const row_stream&) = delete;
  row_stream& operator=(const row_stream&) = delete;
  virtual ~row_stream() = default;

  // None at the end.
  virtual std::optional<sql_row> next() = 0;
};

// A connection for one operation. Members throw store_failure.
class admin_session {
public:
  admin_session() = default;
  admin_session(const admin_session&) = delete;
  admin_session& operator=(const admin_session&) = delete;
  virtual ~admin_session() = default;

  // Arguments are $1, $2, ...
  virtual std::vector<sql_row> rows(const std::string& sql, const std::vector<sql_value>& values = {}) = 0;
  // The number of rows that were changed.
  virtual std::uint64_t change(const std::string& sql, const std::vector<sql_value>& values = {}) = 0;

  // REQUIRES: begun, and that the stream ends before the session.
  virtual std::unique_ptr<row_stream> stream(const std::string& sql,
                                             const std::vector<sql_value>& values = {}) = 0;

  // Everything from here on sees the same state.
  virtual void begin_reading() = 0;
  // From here on rows are read one by one, in the order of the index that leads to them, since few are: without
  // statistics a planner may take all of them for less than a page, and collect and sort them.
  virtual void begin_page() = 0;
  // Everything from here on is written together, or, without `commit`, not at all.
  virtual void begin() = 0;
  virtual void commit() = 0;

  // Whether the process of a member that has not left is still there, as far as somebody who is no member can see.
  virtual bool lives(std::uint64_t node) = 0;

  // A column of payloads, as it was before it was stored.
  virtual std::string payload(std::string stored) const = 0;

  // Expressions.
  // The value of a column of text, for which no index is used.
  virtual std::string without_index_of_text(const std::string& column) const = 0;
  // The labels of the row `alias` of instances, as labels_to_json writes them, but for the order.
  virtual std::string labels_of(const std::string& alias) const = 0;
  virtual std::string names_as_json(const std::string& column) const = 0;
  virtual std::string false_literal() const = 0;
  // The number of bytes of a text or a payload, as it is stored.
  virtual std::string byte_count(const std::string& column) const = 0;
  // In the place of the table `instances`: those of its rows whose ids are in the argument `texts` (sql_texts),
  // looked up by their ids however many they are.
  virtual std::string instances_with_ids(const std::string& texts) const = 0;
  // Joins `alias`, the rows of instances whose `column` is `value`: looked up for each row on the left, whatever a
  // planner takes the tables for.
  virtual std::string looked_up(const std::string& alias, const std::string& column,
                                const std::string& value) const = 0;
  // Whether `instances` says which event comes next.
  virtual bool keeps_next_event_id() const = 0;
};

// How a dialect gets its sessions, and the one operation that each dialect has of its own.
struct admin_dialect {
  std::function<std::unique_ptr<admin_session>()> reading;
  std::function<std::unique_ptr<admin_session>()> writing;
  // Deletes an instance with its descendants: all of it, or nothing. Without `force` only if all of them have
  // ended.
  std::function<deletion_outcome(const std::string& instance, bool force)> remove;
  // Something has been written that clients may wait for, and that these nodes have to look at.
  std::function<void(const std::vector<std::uint64_t>& nodes)> tell;
  std::string description;
};

}  // namespace duroxide::persistence
