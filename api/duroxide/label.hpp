// Labels: names and values by which instances can be found.
#pragma once

#include "duroxide/time.hpp"

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

namespace duroxide {

enum class label_type : std::uint8_t { text, number, boolean, time };

// text, number, bool, time.
std::string_view to_string(label_type type);
// Throws std::invalid_argument for any other word.
label_type label_type_from(std::string_view text);

// A name and a value. A value that is no text is written as make_label writes it.
struct label {
  std::string name;
  std::string value;
  label_type type = label_type::text;
  bool operator==(const label&) const = default;
};

using label_value = std::variant<std::string, double, bool, timestamp>;

// {"amount", "42.5", number}, {"paid", "true", boolean}, {"due", "2026-11-30T08:00:00.000Z", time}: numbers in the
// fewest digits from which the same one is read back, times in UTC.
label make_label(std::string name, std::string value);
label make_label(std::string name, const char* value);
label make_label(std::string name, double value);
label make_label(std::string name, bool value);
label make_label(std::string name, timestamp value);
template <std::integral Number>
requires(!std::is_same_v<Number, bool>) label make_label(std::string name, Number value) {
  return make_label(std::move(name), static_cast<double>(value));
}

// A label that an instance gets, in place of the one of this name; or, if it is removed, has no more.
struct label_change {
  label wanted;
  bool is_removed = false;
  bool operator==(const label_change&) const = default;
};

// Throws std::invalid_argument for a value that make_label would not write.
label_value value_of(const label& of_instance);

// Throws configuration_error (invalid_argument) unless the name is legal, and the value is UTF-8 without U+0000, and
// of its type; limit_error if it is too long.
void require_valid_label(const label& wanted);

}  // namespace duroxide
