// What the compiler can say of the messages of an actor activity.
#pragma once

#include <caf/actor.hpp>
#include <caf/atom.hpp>
#include <caf/detail/implicit_conversions.hpp>
#include <caf/detail/type_traits.hpp>
#include <caf/make_message.hpp>
#include <caf/message.hpp>
#include <caf/response_type.hpp>
#include <caf/typed_actor.hpp>

#include <string>
#include <tuple>
#include <type_traits>
#include <typeinfo>
#include <utility>

namespace duroxide::detail {

template <class... Ts> struct types {};

// Whether CAF can put it into a message.
template <class T>
concept message_element = caf::is_serializable_or_whitelisted<
    typename caf::unbox_message_element<caf::detail::strip_and_convert_t<T>>::type>::value;

template <class List> inline constexpr bool are_message_types = false;
template <class... Ts> inline constexpr bool are_message_types<types<Ts...>> = (message_element<Ts> && ...);

// -- what a projection gives: one value, a tuple of them, or a message whose types only its maker knows ---------------

template <class T> struct message_maker {
  using list = types<T>;
  static constexpr bool is_open = false;
  static caf::message make(T value) { return caf::make_message(std::move(value)); }
};
template <class... Ts> struct message_maker<std::tuple<Ts...>> {
  using list = types<Ts...>;
  static constexpr bool is_open = false;
  static caf::message make(std::tuple<Ts...> values) {
    return std::apply([](Ts&... each) { return caf::make_message(std::move(each)...); }, values);
  }
};
template <> struct message_maker<caf::message> {
  using list = types<>;
  static constexpr bool is_open = true;
  static caf::message make(caf::message content) { return content; }
};

// -- what a function takes ------------------------------------------------------------

template <class List> struct decayed;
template <class... Ts> struct decayed<caf::detail::type_list<Ts...>> {
  using list = types<std::decay_t<Ts>...>;
};

// The parameters of a function or of a closure that is not generic.
template <class Function>
using parameters_of = typename decayed<typename caf::detail::get_callable_trait<Function>::arg_types>::list;

// -- the target -----------------------------------------------------------------------

template <class T> inline constexpr bool is_actor_handle = false;
template <> inline constexpr bool is_actor_handle<caf::actor> = true;
template <class... Signatures> inline constexpr bool is_actor_handle<caf::typed_actor<Signatures...>> = true;

template <class Target> struct actor_source { using handle = std::decay_t<std::invoke_result_t<Target&>>; };
template <class Target>
requires is_actor_handle<Target>
struct actor_source<Target> {
  using handle = Target;
};

template <class Target>
concept gives_actor = is_actor_handle<Target> ||
    (std::is_invocable_v<Target&>&& is_actor_handle<std::decay_t<std::invoke_result_t<Target&>>>);

// -- what typed actors accept and answer ----------------------------------------------

template <class Handle, class List> struct answer_type {
  static constexpr bool valid = true;
  using type = caf::message;
};
template <class... Signatures, class... Ts>
struct answer_type<caf::typed_actor<Signatures...>, types<Ts...>>
    : caf::response_type<caf::detail::type_list<Signatures...>, caf::detail::strip_and_convert_t<Ts>...> {};

// A message without values is `void` in CAF's signatures.
template <class List> struct answer_list;
template <> struct answer_list<types<>> { using type = caf::detail::type_list<void>; };
template <class T, class... Ts> struct answer_list<types<T, Ts...>> {
  using type =
      caf::detail::type_list<caf::detail::strip_and_convert_t<T>, caf::detail::strip_and_convert_t<Ts>...>;
};

template <class Handle, class Sent> inline constexpr bool accepts = answer_type<Handle, Sent>::valid;
template <class Handle, class Sent, class Heard> constexpr bool answers_with() {
  if constexpr (!accepts<Handle, Sent>)
    return false;
  else
    return std::is_same_v<typename answer_type<Handle, Sent>::type, caf::message> ||
           std::is_same_v<typename answer_type<Handle, Sent>::type, typename answer_list<Heard>::type>;
}

// -- names, for people ----------------------------------------------------------------

std::string name_of_type(const std::type_info& type);

template <class T> struct type_name {
  static std::string text() { return name_of_type(typeid(T)); }
};
template <caf::atom_value Value> struct type_name<caf::atom_constant<Value>> {
  static std::string text() { return "'" + caf::to_string(Value) + "'"; }
};

template <class... Ts> std::string names_of(types<Ts...>) {
  std::string text;
  ((text += (text.empty() ? "" : ", ") + type_name<Ts>::text()), ...);
  return text;
}

}  // namespace duroxide::detail
