#include "persistence/postgres/parameters.hpp"

#include "duroxide/detail/ensure.hpp"
#include "persistence/postgres/payload_text.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace duroxide::persistence::postgres {

namespace {

// The first byte is the highest.
template <class Number> void write(char* next, Number value) noexcept {
  const auto bits = static_cast<std::make_unsigned_t<Number>>(value);
  for (std::size_t i = 0; i < sizeof value; ++i)
    next[i] = static_cast<char>((bits >> (8 * (sizeof value - 1 - i))) & 0xff);
}

// Several numbers at a time: a batch has some hundred thousand of them.
template <class... Numbers> void append(std::string& bytes, Numbers... values) {
  std::array<char, (sizeof(Numbers) + ...)> encoded;
  char* next = encoded.data();
  ((write(next, values), next += sizeof values), ...);
  bytes.append(encoded.data(), encoded.size());
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
    append(array, std::int32_t{8}, each);
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
  detail::ensure(columns == type_.columns.size(), "a row has the columns of its type");
  append(bytes_, std::int32_t{0}, static_cast<std::int32_t>(columns));  // the row's length comes with its end
  row_begin_ = bytes_.size() - sizeof(std::int32_t);
  column_ = 0;
  ++size_;
}

void row_array::end_row() {
  write(bytes_.data() + row_begin_ - sizeof(std::int32_t),
        static_cast<std::int32_t>(bytes_.size() - row_begin_));
}

// A value is its type, its length, and its bytes.
void row_array::put_null() { append(bytes_, type_.columns[column_++], std::int32_t{-1}); }

void row_array::put_number(std::int64_t value) {
  const std::uint32_t of_type = type_.columns[column_++];
  switch (of_type) {
  case type::boolean: append(bytes_, of_type, std::int32_t{1}, static_cast<char>(value != 0)); break;
  case type::integer: append(bytes_, of_type, std::int32_t{4}, static_cast<std::int32_t>(value)); break;
  default: append(bytes_, of_type, std::int32_t{8}, value); break;
  }
}

void row_array::put_bytes(std::string_view bytes) {
  append(bytes_, type_.columns[column_++], static_cast<std::int32_t>(bytes.size()));
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
