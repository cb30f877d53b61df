// Whether a type can travel in a CAF message, said in one line.
#pragma once

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/detail/type_traits.hpp>

#include <string>
#include <type_traits>

namespace duroxide {

// CAF can carry it: it is a basic type, has an `inspect` function, or was allowed for messages within the process.
template <class T>
concept message_type = std::is_void_v<T> || caf::is_allowed_unsafe_message_type<T>::value ||
    caf::detail::is_serializable<std::remove_cvref_t<T>>::value;

namespace detail {

template <class T> consteval void require_message_type() {
  static_assert(
      message_type<T>,
      "CAF cannot carry this type: write an inspect function for it (it may then leave the process), or "
      "CAF_ALLOW_UNSAFE_MESSAGE_TYPE(the type) in the global namespace (it may not)");
}

}  // namespace detail

}  // namespace duroxide
