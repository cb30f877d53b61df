#include "persistence/postgres/parameters.hpp"

#include "persistence/postgres/payload_text.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <limits>

namespace duroxide::persistence::postgres {

namespace {

template <class Number> void append(std::string& bytes, Number value) {
  const auto bits = static_cast<std::make_unsigned_t<Number>>(value);
  for (int shift = 8 * (static_cast<int>(sizeof value) - 1); shift >= 0; shift -= 8)
    bytes.push_back(static_cast<char>((bits >> shift) & 0xff));
}

void write_at(std::string& bytes, std::size_t at, std::int32_t value) {
  std::string encoded;
  append(encoded, value);
  bytes.replace(at, encoded.size(), encoded);
}

// Dimensions, whether there are nulls, the type of the elements, their number, and the first index.
std::string array_header(std::uint32_t element_type, std::size_t size) {
  std::string header;
  append(header, std::int32_t{size == 0 ? 0 : 1});
  append(header, std::int32_t{0});
  append(header, element_type);
  if (size == 0) return header;
  append(header, static_cast<std::int32_t>(size));
  append(header, std::int32_t{1});
  return header;
}

constexpr std::size_t longest_header = 20;

}  // namespace

void parameters::add(payload value) { values_.push_back(to_text(value.bytes)); }

void parameters::add(std::int32_t value) { append(values_.emplace_back(), value); }

void parameters::add(std::int64_t value) { append(values_.emplace_back(), value); }

void parameters::add(const std::vector<std::string>& texts) {
  std::string& array = values_.emplace_back(array_header(type::text, texts.size()));
  for (const auto& each : texts) {
    append(array, static_cast<std::int32_t>(each.size()));
    array += each;
  }
}

void parameters::add(const std::vector<std::int64_t>& numbers) {
  std::string& array = values_.emplace_back(array_header(type::bigint, numbers.size()));
  for (const std::int64_t each : numbers) {
    append(array, std::int32_t{8});
    append(array, each);
  }
}

void parameters::add(const std::vector<std::uint64_t>& numbers) {
  std::vector<std::int64_t> all;
  for (const std::uint64_t each : numbers) all.push_back(clamped(each));
  add(all);
}

std::int64_t parameters::clamped(std::uint64_t value) noexcept {
  constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(std::min(value, most));
}

row_array::row_array(const row_type& type) : type_(type), bytes_(longest_header, '\0') {}

void row_array::begin_row(std::size_t columns) {
  assert(columns == type_.columns.size());
  append(bytes_, std::int32_t{0});  // the row's length, when it is known
  row_begin_ = bytes_.size();
  append(bytes_, static_cast<std::int32_t>(columns));
  column_ = 0;
  ++size_;
}

void row_array::end_row() {
  write_at(bytes_, row_begin_ - sizeof(std::int32_t), static_cast<std::int32_t>(bytes_.size() - row_begin_));
}

void row_array::begin_value() { append(bytes_, type_.columns[column_++]); }

void row_array::put_null() {
  begin_value();
  append(bytes_, std::int32_t{-1});
}

void row_array::put_number(std::int64_t value) {
  begin_value();
  switch (type_.columns[column_ - 1]) {
  case type::boolean:
    append(bytes_, std::int32_t{1});
    bytes_.push_back(value != 0 ? '\1' : '\0');
    break;
  case type::integer:
    append(bytes_, std::int32_t{4});
    append(bytes_, static_cast<std::int32_t>(value));
    break;
  default:
    append(bytes_, std::int32_t{8});
    append(bytes_, value);
    break;
  }
}

void row_array::put_bytes(std::string_view bytes) {
  begin_value();
  append(bytes_, static_cast<std::int32_t>(bytes.size()));
  bytes_.append(bytes);
}

void row_array::put(payload value) {
  if (is_text_as_it_is(value.bytes)) {
    put_bytes(value.bytes);
  } else {
    put_bytes(to_text(value.bytes));
  }
}

std::string row_array::take() {
  const std::string header = array_header(type_.oid, size_);
  const std::size_t unused = longest_header - header.size();
  bytes_.replace(unused, header.size(), header);
  std::string array = std::move(bytes_);
  if (unused != 0) array.erase(0, unused);
  bytes_.assign(longest_header, '\0');
  size_ = 0;
  return array;
}

}  // namespace duroxide::persistence::postgres
