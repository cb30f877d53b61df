// JSON values to the types of users, as boost::json::value_to reads them, except for described structs, which may
// have gained and lost members since the value was written (payload_rules.hpp). Boost.JSON refuses that, so this goes
// through what may contain a struct, and leaves to Boost.JSON what has no parts.
#pragma once

#include "duroxide/detail/described.hpp"
#include "duroxide/detail/reading.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <concepts>
#include <iterator>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace duroxide::detail {

// None: it does not fit, and state.explained says why if it is asked for.
template <class T> std::optional<T> read_payload(const boost::json::value& stored, reading& state);

template <class T> inline constexpr bool is_variant = false;
template <class... T> inline constexpr bool is_variant<std::variant<T...>> = true;

template <class T>
concept converted_by_exception = requires(const boost::json::value& stored) {
  tag_invoke(boost::json::value_to_tag<T>(), stored);
};
template <class T>
concept converted_by_result = requires(const boost::json::value& stored) {
  tag_invoke(boost::json::try_value_to_tag<T>(), stored);
};

// As Boost.JSON chooses, in its order.
enum class payload_shape { optional, variant, converted, leaf, map, list, tuple, members };

template <class T>
concept is_number = std::is_arithmetic_v<T> && !std::is_same_v<T, bool>;
template <class T>
concept is_native = std::is_arithmetic_v<T> || std::is_same_v<T, boost::json::value> ||
    std::is_same_v<T, boost::json::array> || std::is_same_v<T, boost::json::object> ||
    std::is_same_v<T, boost::json::string>;

template <class T> consteval payload_shape shape_of() {
  namespace json = boost::json;
  if constexpr (is_optional<T>)
    return payload_shape::optional;
  else if constexpr (is_variant<T>)
    return payload_shape::variant;
  else if constexpr (converted_by_exception<T>)
    return payload_shape::converted;
  else if constexpr (converted_by_result<T> || is_native<T>)
    return payload_shape::leaf;
  else if constexpr (json::is_null_like<T>::value || json::is_string_like<T>::value)
    return payload_shape::leaf;
  else if constexpr (json::is_map_like<T>::value)
    return payload_shape::map;
  else if constexpr (json::is_sequence_like<T>::value)
    return payload_shape::list;
  else if constexpr (json::is_tuple_like<T>::value)
    return payload_shape::tuple;
  else if constexpr (json::is_described_class<T>::value)
    return payload_shape::members;
  else
    return payload_shape::leaf;
}

// -- what has no parts --------------------------------------------------------

template <class T> std::optional<T> read_converted(const boost::json::value& stored, reading& state) {
  try {
    return std::optional<T>(std::in_place, boost::json::value_to<T>(stored));
  } catch (const boost::system::system_error& e) {
    state.refuse([&] { return e.code().message(); });  // what() names Boost's own source files
  } catch (const std::exception& e) {
    state.refuse([&] { return text_of(e); });
  }
  return std::nullopt;
}

template <class T> std::string why_no_leaf(const boost::json::value& stored, const std::string& reason) {
  if constexpr (converted_by_result<T>)
    return reason;
  else if constexpr (std::is_same_v<T, bool>)
    return expected("a boolean", stored);
  else if constexpr (std::is_arithmetic_v<T>)
    return stored.is_number() ? reason_of_number<T>(stored) : expected("a number", stored);
  else if constexpr (boost::json::is_null_like<T>::value)
    return expected("null", stored);
  else if constexpr (boost::json::is_string_like<T>::value)
    return expected("a string", stored);
  else if constexpr (boost::json::is_described_enum<T>::value)
    return stored.is_string() ? "it is none of the names that it may be" : expected("a string", stored);
  else
    return reason;
}

// Numbers and strings are most of what is read: these take the short way.
template <is_number T> std::optional<T> read_leaf(const boost::json::value& stored, reading& state) {
  boost::json::error_code failed;
  const T number = stored.to_number<T>(failed);
  if (!failed) return number;
  state.refuse([&] { return why_no_leaf<T>(stored, failed.message()); });
  return std::nullopt;
}
template <std::same_as<std::string> T>
std::optional<T> read_leaf(const boost::json::value& stored, reading& state) {
  if (const auto* text = stored.if_string())
    return std::optional<T>(std::in_place, text->data(), text->size());
  state.refuse([&] { return why_no_leaf<T>(stored, {}); });
  return std::nullopt;
}
template <class T> std::optional<T> read_leaf(const boost::json::value& stored, reading& state) {
  auto read = boost::json::try_value_to<T>(stored);
  if (read) return std::optional<T>(std::in_place, *std::move(read));
  state.refuse([&] { return why_no_leaf<T>(stored, read.error().message()); });
  return std::nullopt;
}

// -- what has parts -----------------------------------------------------------

template <class T> std::optional<T> read_optional(const boost::json::value& stored, reading& state) {
  if (stored.is_null()) return std::optional<T>(std::in_place);
  auto read = read_payload<typename T::value_type>(stored, state);
  if (!read) return std::nullopt;
  return std::optional<T>(std::in_place, *std::move(read));
}

template <class T> std::size_t count_known(const boost::json::object& object) {
  std::size_t known = 0;
  boost::mp11::mp_for_each<described_members<T>>(
      [&](auto member) { known += object.contains(decltype(member)::name) ? 1 : 0; });
  return known;
}

// Of the struct itself, without what is in its members.
template <class T> differences own_differences(const boost::json::value& stored) {
  if constexpr (shape_of<T>() == payload_shape::optional) {
    return own_differences<typename T::value_type>(stored);
  } else if constexpr (shape_of<T>() == payload_shape::members) {
    const boost::json::object* object = stored.if_object();
    if (!object) return {};
    const std::size_t known = count_known<T>(*object);
    return {object->size() - known, boost::mp11::mp_size<described_members<T>>::value - known};
  } else {
    return {};
  }
}

// The first alternative that fits exactly, as Boost.JSON has it. If all differ, one that differs least, since a struct
// that may lack members fits too much; and none if two differ alike, for nobody knows which is meant. Alternatives
// whose own members differ more than those of one that fits are not read: in a type that contains itself, reading all
// would take twice as long for each level.
template <class T> class variant_reader {
public:
  explicit variant_reader(const boost::json::value& stored) : stored_(stored) {}

  template <std::size_t... I> std::optional<T> read(reading& state, std::index_sequence<I...>) {
    if ((fits_exactly<I>() || ...)) return std::move(closest_);
    if (state.is_exact) return std::nullopt;
    const std::array ranks{own_differences<std::variant_alternative_t<I, T>>(stored_)...};
    auto ascending = ranks;
    std::ranges::sort(ascending);
    for (std::size_t i = 0; i < ascending.size() && !closest_; ++i)
      if (i == 0 || ascending[i] != ascending[i - 1])
        (void)((ranks[I] == ascending[i] ? try_one<I>() : void()), ...);
    if (closest_ && !is_tied_) {
      state.found.ignored += differ_.ignored;
      state.found.absent += differ_.absent;
      return std::move(closest_);
    }
    if (state.explained) {
      *state.explained = {{}, closest_ ? "it fits two alternatives alike" : "it fits no alternative"};
      if (!closest_) (explain_one<I>(*state.explained), ...);
    }
    return std::nullopt;
  }

private:
  template <std::size_t I> bool fits_exactly() {
    reading tried{.is_exact = true};
    auto read = read_payload<std::variant_alternative_t<I, T>>(stored_, tried);
    if (read) closest_.emplace(std::in_place_index<I>, *std::move(read));
    return read.has_value();
  }

  template <std::size_t I> void try_one() {
    reading tried;
    auto read = read_payload<std::variant_alternative_t<I, T>>(stored_, tried);
    if (!read || (closest_ && differ_ < tried.found)) return;
    is_tied_ = closest_ && differ_ == tried.found;
    if (!is_tied_) closest_.emplace(std::in_place_index<I>, *std::move(read));
    differ_ = tried.found;
  }

  // The alternative that fits furthest is the one that is meant.
  template <std::size_t I> void explain_one(explanation& furthest) {
    explanation why;
    reading tried{.explained = &why};
    (void)read_payload<std::variant_alternative_t<I, T>>(stored_, tried);
    if (why.place.size() > furthest.place.size()) furthest = std::move(why);
  }

  const boost::json::value& stored_;
  std::optional<T> closest_;
  differences differ_;
  bool is_tied_ = false;
};

template <class T> std::optional<T> read_map(const boost::json::value& stored, reading& state) {
  using entry = typename std::iterator_traits<decltype(std::begin(std::declval<T&>()))>::value_type;
  using key = std::tuple_element_t<0, entry>;
  const boost::json::object* object = stored.if_object();
  if (!object) return state.refuse([&] { return expected("an object", stored); }), std::nullopt;
  std::optional<T> made(std::in_place);
  if constexpr (requires { made->reserve(object->size()); }) made->reserve(object->size());
  auto target = std::inserter(*made, std::end(*made));
  for (const auto& each : *object) {
    auto value = read_payload<std::remove_cv_t<std::tuple_element_t<1, entry>>>(each.value(), state);
    if (!value) return state.lead_to(each.key()), std::nullopt;
    *target++ = entry{key(each.key()), *std::move(value)};
  }
  return made;
}

template <class T>
bool has_size(const boost::json::array* array, const boost::json::value& stored, reading& state) {
  if (!array) return state.refuse([&] { return expected("an array", stored); }), false;
  if constexpr (boost::json::is_tuple_like<T>::value)
    if (array->size() != std::tuple_size_v<T>) {
      state.refuse([&] {
        return "expected an array of " + std::to_string(std::tuple_size_v<T>) + ", got one of " +
               std::to_string(array->size());
      });
      return false;
    }
  return true;
}

template <class T> auto end_of_list(T& list) {
  using element = typename std::iterator_traits<decltype(std::begin(list))>::value_type;
  if constexpr (boost::json::is_tuple_like<T>::value)
    return std::begin(list);
  else if constexpr (requires(element each) { list.push_back(std::move(each)); })
    return std::back_inserter(list);
  else
    return std::inserter(list, std::end(list));
}

template <class T> std::optional<T> read_list(const boost::json::value& stored, reading& state) {
  using element = typename std::iterator_traits<decltype(std::begin(std::declval<T&>()))>::value_type;
  const boost::json::array* array = stored.if_array();
  if (!has_size<T>(array, stored, state)) return std::nullopt;
  std::optional<T> made(std::in_place);
  if constexpr (requires { made->reserve(array->size()); }) made->reserve(array->size());
  auto target = end_of_list(*made);
  for (const boost::json::value& each : *array) {
    auto read = read_payload<element>(each, state);
    if (!read) return state.lead_to(static_cast<std::size_t>(&each - array->data())), std::nullopt;
    *target++ = *std::move(read);
  }
  return made;
}

template <class T, std::size_t... I>
std::optional<T> read_tuple(const boost::json::value& stored, reading& state, std::index_sequence<I...>) {
  const boost::json::array* array = stored.if_array();
  if (!has_size<T>(array, stored, state)) return std::nullopt;
  std::tuple<std::optional<std::remove_cv_t<std::tuple_element_t<I, T>>>...> parts;
  const auto read = [&](auto& part, std::size_t index) {
    part = read_payload<typename std::remove_reference_t<decltype(part)>::value_type>((*array)[index], state);
    if (!part) state.lead_to(index);
    return part.has_value();
  };
  if (!(read(std::get<I>(parts), I) && ...)) return std::nullopt;
  return std::optional<T>(std::in_place, *std::move(std::get<I>(parts))...);
}

template <class T> bool are_known(const boost::json::object& object, std::size_t known, reading& state) {
  state.found.ignored += object.size() - known;
  if (!refuses_unknown_members<T>() || object.size() == known) return true;
  if (!state.explained) return false;
  for (const auto& each : object) {
    bool is_known = false;
    boost::mp11::mp_for_each<described_members<T>>(
        [&](auto member) { is_known = is_known || each.key() == member.name; });
    if (is_known) continue;
    state.refuse([] { return "it is not expected"; });
    state.lead_to(each.key());
    break;
  }
  return false;
}

template <class T> std::optional<T> read_members(const boost::json::value& stored, reading& state) {
  const boost::json::object* object = stored.if_object();
  if (!object) return state.refuse([&] { return expected("an object", stored); }), std::nullopt;
  if (state.is_exact && object->size() != boost::mp11::mp_size<described_members<T>>::value)
    return std::nullopt;
  std::optional<T> made(std::in_place);
  std::size_t known = 0;
  bool fits = true;
  boost::mp11::mp_for_each<described_members<T>>([&](auto member) {
    using described = decltype(member);
    if (!fits) return;
    const boost::json::value* value = object->if_contains(described::name);
    if (value) {
      ++known;
      auto read = read_payload<type_of_member<T, described>>(*value, state);
      fits = read.has_value();
      if (fits) (*made).*described::pointer = *std::move(read);
    } else {
      ++state.found.absent;
      fits = !state.is_exact && !is_required<T, described>();
      if (!fits) state.refuse([] { return "it is missing"; });
    }
    if (!fits) state.lead_to(described::name);
  });
  if (!fits || !are_known<T>(*object, known, state)) return std::nullopt;
  return made;
}

template <class T> std::optional<T> read_payload(const boost::json::value& stored, reading& state) {
  constexpr payload_shape shape = shape_of<T>();
  if constexpr (shape == payload_shape::optional)
    return read_optional<T>(stored, state);
  else if constexpr (shape == payload_shape::variant)
    return variant_reader<T>(stored).read(state, std::make_index_sequence<std::variant_size_v<T>>{});
  else if constexpr (shape == payload_shape::converted)
    return read_converted<T>(stored, state);
  else if constexpr (shape == payload_shape::map)
    return read_map<T>(stored, state);
  else if constexpr (shape == payload_shape::list)
    return read_list<T>(stored, state);
  else if constexpr (shape == payload_shape::tuple)
    return read_tuple<T>(stored, state, std::make_index_sequence<std::tuple_size_v<T>>{});
  else if constexpr (shape == payload_shape::members)
    return read_members<T>(stored, state);
  else
    return read_leaf<T>(stored, state);
}

}  // namespace duroxide::detail
