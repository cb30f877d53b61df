// From a call's argument to its payload.
#pragma once

#include "duroxide/codec.hpp"

#include <concepts>
#include <string>
#include <type_traits>
#include <utility>

namespace duroxide::detail {

// g++ 12 destroys an aggregate prvalue twice when its full expression awaits. Binding the argument to a name
// first avoids that, so calls that are made to be awaited refuse such arguments.
template <class Argument>
concept safe_to_await_with =
    std::is_lvalue_reference_v<Argument> || !std::is_aggregate_v<std::remove_cvref_t<Argument>> ||
    std::is_trivially_destructible_v<std::remove_cvref_t<Argument>>;

template <class In, class Argument> std::string encode_argument(Argument&& argument) {
  static_assert(std::convertible_to<Argument, In>,
                "the argument does not convert to the input type of the contract");
  if constexpr (std::same_as<std::remove_cvref_t<Argument>, In>) {
    return codec<In>::encode(argument);
  } else {
    In converted = std::forward<Argument>(argument);
    return codec<In>::encode(converted);
  }
}

template <class In, class Argument> payload encode_awaited_argument(Argument&& argument) {
  static_assert(
      safe_to_await_with<Argument>,
      "name this aggregate first (order o{...}; then pass o): g++ 12 destroys an aggregate temporary "
      "twice when its statement awaits");
  return {encode_argument<In>(std::forward<Argument>(argument)), rewriter_of<In>()};
}

}  // namespace duroxide::detail
