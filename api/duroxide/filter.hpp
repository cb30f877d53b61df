// The language in which instances are asked for, in code, on a command line and in a page's address:
//
//   (state in (stalled, paused) or status = failed) and orchestration = 'Order' and amount > 100
//     and created > -2d order by created desc
#pragma once

#include "duroxide/errors.hpp"
#include "duroxide/label.hpp"
#include "duroxide/time.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace duroxide {

// What a condition looks at. Every name that is none of these is a label.
enum class filter_field : std::uint8_t {
  id,
  orchestration,
  version,
  status,
  state,    // instance_state, as `explain` tells it
  problem,  // problem_kind; what goes on has none, and what has ended
  parent,  // instance id
  root,    // instance id of a root: it, and everything below it
  created,
  updated,
  custom_status,
  label,
};

enum class filter_comparison : std::uint8_t {
  equal,
  not_equal,
  less,
  at_most,
  greater,
  at_least,
  one_of,       // in (a, b)
  starts_with,  // like 'a%'
  absent,       // is null
  present,      // is not null
};

using filter_value = label_value;

// One condition. What an instance does not have fulfils none but `absent`. A label has a type, and is compared with
// values of that type alone: a label that is the text '7' is not the number 7, and does not differ from it either.
struct filter_term {
  filter_field field = filter_field::id;
  std::string label{};  // of a label: its name
  filter_comparison comparison = filter_comparison::equal;
  std::vector<filter_value> values{};  // all of one type; several with one_of alone
  bool operator==(const filter_term&) const = default;
};

enum class filter_order : std::uint8_t {
  created,  // the order in which they were stored
  id,       // by bytes
  updated,
};

// How large a filter may be.
namespace filter_limits {
inline constexpr std::size_t bytes = 8192;
inline constexpr std::size_t depth = 32;         // of parentheses
inline constexpr std::size_t values = 100;       // of one `in`
inline constexpr std::size_t together = 128;     // conditions of one alternative
inline constexpr std::size_t alternatives = 64;  // once `and` is multiplied out over `or`
inline constexpr std::size_t terms = 2000;  // of all alternatives together, each value of an `in` counted
}  // namespace filter_limits

// A value. It lets an instance through that fulfils all terms of one of its alternatives.
struct filter {
  using alternative = std::vector<filter_term>;

  std::vector<alternative> alternatives{{}};  // everything
  filter_order order = filter_order::created;
  bool descending = true;

  bool operator==(const filter&) const = default;
};

// A filter that cannot be read (invalid_argument). The message names the column, what is wrong there, and what to
// write.
class filter_error : public configuration_error {
public:
  filter_error(std::string message, std::size_t column)
      : configuration_error(error_kind::invalid_argument, std::move(message)), column_(column) {}

  std::size_t column() const noexcept { return column_; }  // in characters, from 1

private:
  std::size_t column_;
};

// Reads a filter; times as -2d (two days before) are relative to `now`. An empty text lets everything through, the
// newest first. Words of the language are written in small letters or in capitals: `Order` is a name. Throws
// filter_error, or configuration_error (invalid_argument) for what is no text.
//
//   condition   FIELD = VALUE, also != < <= > >=; FIELD [not] in (VALUE, ...); FIELD like 'beginning%';
//               FIELD is [not] null
//   together    and, or, parentheses; `and` binds closer
//   order       order by created, id or updated, asc or desc; without it the newest come first
//   FIELD       id, orchestration, version, status, state, problem, parent, root, created, updated, custom_status, or
//               the name of a label, in double quotes where it is not a word of letters, digits and _ - . : / or is one
//               of these
//   VALUE       a word, 'text' (with '' for a quote), a number, true, false, a time: now, -90s, -15m, -6h, -2d, -1w,
//               +1h, 2026-11-30, 2026-11-30T08:00:00Z
filter parse_filter(std::string_view text, timestamp now);

// Throws configuration_error (invalid_argument) for a filter that was put together by hand and that parse_filter never
// gives: values that a comparison has not, or of a type that a field has not, or what is beyond the limits.
void require_valid_filter(const filter& what);

// A text from which parse_filter makes the same filter, if it is within the limits.
std::string to_string(const filter& what);

// What instances are counted by: a field or a label, as a filter names it. Throws like parse_filter.
filter_term parse_group(std::string_view name);

}  // namespace duroxide
