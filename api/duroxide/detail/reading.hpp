// What is noted while a payload is read.
#pragma once

#include "duroxide/detail/exception_text.hpp"

#include <boost/json/value.hpp>

#include <compare>
#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>

namespace duroxide::detail {

// Why a value does not fit.
struct explanation {
  std::string place;  // a JSON pointer (RFC 6901); empty: all of it
  std::string why;
};

// How far a value is from what today's code would write. Passing over what the value says is worse than adding to it.
struct differences {
  std::size_t ignored = 0;  // members that the struct lacks
  std::size_t absent = 0;   // members that the value lacks
  auto operator<=>(const differences&) const = default;
};

// One attempt to read a value. What does not fit is explained in a second one, so that the first makes no texts.
struct reading {
  explanation* explained = nullptr;
  bool is_exact = false;  // structs may neither lack members nor have others
  differences found{};

  template <class Reason> void refuse(Reason reason) {
    if (explained) *explained = {{}, reason()};
  }
  // A part was refused.
  void lead_to(std::string_view step) const;
  void lead_to(std::size_t index) const {
    if (explained) lead_to(std::to_string(index));
  }
};

// "expected a number, got a string"
std::string expected(std::string_view what, const boost::json::value& found);
std::string expected_between(std::string_view lowest, std::string_view highest,
                             const boost::json::value& found);

// REQUIRES: it is a number.
template <class T> std::string reason_of_number(const boost::json::value& found) {
  if constexpr (std::is_integral_v<T>)
    return expected_between(std::to_string(std::numeric_limits<T>::min()),
                            std::to_string(std::numeric_limits<T>::max()), found);
  else
    return "its type cannot hold this number";
}

}  // namespace duroxide::detail
