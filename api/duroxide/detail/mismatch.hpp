// Where in a JSON value the first thing is that does not fit a type. Looked for only after decoding has
// failed.
#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/members.hpp>
#include <boost/json.hpp>
#include <boost/mp11/algorithm.hpp>

#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace duroxide::detail {

template <class T> inline constexpr bool is_optional = false;
template <class T> inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
concept described = boost::describe::has_describe_members<T>::value;

// With keys that are strings.
template <class T>
concept map_like = requires {
  typename T::mapped_type;
  requires std::is_convertible_v<typename T::key_type, std::string>;
};

template <class T>
concept list_like = !std::is_convertible_v<T, std::string> && !map_like<T> && requires(const T& t) {
  typename T::value_type;
  t.begin();
  t.end();
};

template <class T>
concept tuple_like = requires {
  std::tuple_size<T>::value;
};

template <class T> bool fits(const boost::json::value& value) {
  try {
    (void)boost::json::value_to<T>(value);
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

template <class T> std::string mismatch_in(const boost::json::value& value);

template <class T> std::string mismatch_at(const std::string& step, const boost::json::value& value) {
  return fits<T>(value) ? std::string() : "/" + step + mismatch_in<T>(value);
}

template <class T> std::string mismatch_in_object(const boost::json::object& object) {
  using members =
      boost::describe::describe_members<T, boost::describe::mod_any_access | boost::describe::mod_inherited>;
  std::string found;
  std::size_t expected = 0;
  boost::mp11::mp_for_each<members>([&](auto member) {
    using type = std::remove_cvref_t<decltype(std::declval<T&>().*member.pointer)>;
    if (!found.empty()) return;
    const auto* value = object.if_contains(member.name);
    if (value) {
      ++expected;
      found = mismatch_at<type>(member.name, *value);
    } else if (!is_optional<type>) {
      found = "/" + std::string(member.name) + " (it is missing)";
    }
  });
  if (!found.empty() || expected == object.size()) return found;
  for (const auto& each : object) {
    bool known = false;
    boost::mp11::mp_for_each<members>([&](auto member) { known = known || each.key() == member.name; });
    if (!known) return "/" + std::string(each.key()) + " (it is not expected)";
  }
  return found;
}

template <class T, std::size_t... I>
std::string mismatch_in_tuple(const boost::json::array& array, std::index_sequence<I...>) {
  std::string found;
  ((found = found.empty() && I < array.size()
                ? mismatch_at<std::tuple_element_t<I, T>>(std::to_string(I), array[I])
                : found),
   ...);
  return found;
}

// As a JSON pointer (RFC 6901) below `value`; empty if it is the value itself.
template <class T> std::string mismatch_in(const boost::json::value& value) {
  if constexpr (is_optional<T>) {
    return mismatch_in<typename T::value_type>(value);
  } else if constexpr (described<T>) {
    if (const auto* object = value.if_object()) return mismatch_in_object<T>(*object);
  } else if constexpr (map_like<T>) {
    if (const auto* object = value.if_object())
      for (const auto& each : *object)
        if (auto found = mismatch_at<typename T::mapped_type>(std::string(each.key()), each.value());
            !found.empty())
          return found;
  } else if constexpr (tuple_like<T>) {
    if (const auto* array = value.if_array())
      return mismatch_in_tuple<T>(*array, std::make_index_sequence<std::tuple_size_v<T>>{});
  } else if constexpr (list_like<T>) {
    if (const auto* array = value.if_array())
      for (std::size_t i = 0; i < array->size(); ++i)
        if (auto found = mismatch_at<typename T::value_type>(std::to_string(i), (*array)[i]); !found.empty())
          return found;
  }
  return {};
}

}  // namespace duroxide::detail
