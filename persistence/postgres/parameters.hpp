// Values on their way to PostgreSQL, in its binary format: no escaping, and no parsing at the other end.
#pragma once

#include "duroxide/time.hpp"

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace duroxide::persistence::postgres {

// Any bytes, for a column of payloads (see payload_text.hpp).
struct payload {
  std::string_view bytes;
};

inline std::optional<payload> optional_payload(const std::optional<std::string>& bytes) {
  if (!bytes) return std::nullopt;
  return payload{*bytes};
}

// Object ids of PostgreSQL's own types: they never change.
namespace type {
inline constexpr std::uint32_t boolean = 16;
inline constexpr std::uint32_t bigint = 20;
inline constexpr std::uint32_t integer = 23;
inline constexpr std::uint32_t text = 25;
}  // namespace type

// The arguments of one statement.
class parameters {
public:
  template <class... Values> explicit parameters(const Values&... values) { (add(values), ...); }

  void add(std::string_view text) { values_.emplace_back(text); }
  void add(payload value);
  void add(bool value) { values_.emplace_back(1, value ? '\1' : '\0'); }
  void add(std::int32_t value);
  void add(std::int64_t value);
  void add(std::uint64_t value) { add(clamped(value)); }
  void add(std::uint32_t value) { add(static_cast<std::int32_t>(value)); }
  void add(timestamp value) { add(static_cast<std::int64_t>(value.time_since_epoch().count())); }
  void add(const std::vector<std::string>& texts);
  void add(const std::vector<std::int64_t>& numbers);
  void add(const std::vector<std::uint64_t>& numbers);
  // A value in its binary format already.
  void add_encoded(std::string value) { values_.push_back(std::move(value)); }

  const std::vector<std::string>& values() const noexcept { return values_; }

  // Ids are at most what PostgreSQL can store; a larger number only ever means "after everything".
  static std::int64_t clamped(std::uint64_t value) noexcept;

private:
  std::vector<std::string> values_;
};

// A composite type of the schema, as the catalogue has it.
struct row_type {
  std::uint32_t oid = 0;
  std::vector<std::uint32_t> columns;  // their types
};

// An array of rows of a composite type.
class row_array {
public:
  explicit row_array(const row_type& type);

  // Adds a row. REQUIRES: a value for each column.
  template <class... Values> void add(const Values&... values) {
    begin_row(sizeof...(values));
    (put(values), ...);
    end_row();
  }
  std::uint32_t size() const noexcept { return size_; }
  // The array in its binary format. Leaves this empty.
  std::string take();

private:
  void begin_row(std::size_t columns);
  void end_row();
  void put_null();
  void put_number(std::int64_t value);
  void put_bytes(std::string_view bytes);
  void put(std::string_view text) { put_bytes(text); }
  void put(const std::string& text) { put_bytes(text); }
  void put(payload value);
  void put(timestamp value) { put_number(value.time_since_epoch().count()); }
  void put(std::integral auto value) { put_number(static_cast<std::int64_t>(value)); }
  void put(std::uint64_t value) { put_number(parameters::clamped(value)); }
  void put(std::nullopt_t) { put_null(); }
  template <class T> void put(const std::optional<T>& value) {
    if (value) {
      put(*value);
    } else {
      put_null();
    }
  }

  const row_type& type_;
  std::string bytes_;
  std::size_t row_begin_ = 0;
  std::size_t column_ = 0;
  std::uint32_t size_ = 0;
};

}  // namespace duroxide::persistence::postgres
