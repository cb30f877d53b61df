// Rows that a statement gives, read by the names of their columns.
#pragma once

#include "duroxide/time.hpp"

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace duroxide::persistence {

// Used as the column name for a statement with a single column, whose name is not checked.
inline constexpr const char* only_column = nullptr;

// Values of columns of payloads, which a dialect may store in a form of its own.
struct payload_column {
  std::string& bytes;
};
struct optional_payload_column {
  std::optional<std::string>& bytes;
};
// A payload that is not even read from the file unless `wanted()` holds, once the columns before it are read.
template <class Condition> struct payload_column_if {
  Condition wanted;
  std::string& bytes;
};

// A dialect has one of these for the rows of each statement that it runs.
class row_reader {
public:
  // Goes to the next row; false after the last one.
  virtual bool next() = 0;

  // read("id", id, "name", name) reads the columns of the current row, which must have these names (literals)
  // and be all that there are, in this order; else it throws broken_invariant. Names are compared once for
  // all rows, so that a row costs no more than without them. NULL reads as zero or empty.
  // REQUIRES: all rows of a statement are read by the same names.
  template <class... Columns> void read(Columns&&... columns) const {
    if (!has_known_columns_) [[unlikely]]
      compare_names(columns...);
    read_from(0, columns...);
  }

  // Throws broken_invariant unless the names in `wanted` equal those in `columns`, in order.
  static void require_same(std::span<const char* const> wanted, std::span<const char* const> columns);

protected:
  row_reader() = default;
  row_reader(const row_reader&) = default;
  row_reader& operator=(const row_reader&) = default;
  ~row_reader() = default;

private:
  // Calls require_same, unless these names have been compared for the same statement before.
  virtual void require_columns(std::span<const char* const> wanted) const = 0;

  virtual bool is_null(int column) const = 0;
  virtual std::int64_t number(int column) const = 0;
  virtual bool flag(int column) const = 0;
  virtual std::string_view text(int column) const = 0;
  virtual void read_payload(int column, std::string& bytes) const = 0;

  template <class... Columns> void compare_names(const Columns&... columns) const {
    std::array<const char*, sizeof...(Columns) / 2> wanted{};
    collect_names(wanted.data(), columns...);
    require_columns(wanted);
    has_known_columns_ = true;
  }
  static void collect_names(const char**) {}
  template <class Value, class... Rest>
  static void collect_names(const char** wanted, const char* name, const Value&, const Rest&... rest) {
    *wanted = name;
    collect_names(wanted + 1, rest...);
  }

  void read_from(int) const {}
  template <class Value, class... Rest>
  void read_from(int column, const char*, Value& value, Rest&... rest) const {
    get(column, value);
    read_from(column + 1, rest...);
  }

  void get(int column, std::string& value) const { value = text(column); }
  void get(int column, bool& value) const { value = flag(column); }
  void get(int column, timestamp& value) const { value = timestamp(duration(number(column))); }
  template <std::integral T> void get(int column, T& value) const { value = static_cast<T>(number(column)); }
  template <class T> void get(int column, std::optional<T>& value) const {
    value.reset();
    if (!is_null(column)) get(column, value.emplace());
  }
  void get(int column, const payload_column& value) const { read_payload(column, value.bytes); }
  void get(int column, const optional_payload_column& value) const {
    value.bytes.reset();
    if (!is_null(column)) read_payload(column, value.bytes.emplace());
  }
  template <class Condition> void get(int column, const payload_column_if<Condition>& value) const {
    if (value.wanted()) read_payload(column, value.bytes);
  }
  // A type that only one dialect knows: any value with a member `decode(std::string_view)`.
  template <class T> void get(int column, const T& value) const requires requires { value.decode(std::string_view()); }
  { value.decode(text(column)); }

  mutable bool has_known_columns_ = false;
};

}  // namespace duroxide::persistence
