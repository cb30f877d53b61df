// What is known of a described struct when it is compiled.
#pragma once

#include "duroxide/payload_rules.hpp"

#include <boost/describe/bases.hpp>
#include <boost/describe/members.hpp>
#include <boost/json/conversion.hpp>
#include <boost/mp11/algorithm.hpp>

#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace duroxide::detail {

template <class T> inline constexpr bool is_optional = false;
template <class T> inline constexpr bool is_optional<std::optional<T>> = true;

// Those that Boost.JSON writes, the inherited ones included.
template <class T>
using described_members =
    boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;
template <class T>
using described_bases = boost::describe::describe_bases<T, boost::describe::mod_any_access>;

template <class T, class Member>
using type_of_member = std::remove_cvref_t<decltype(std::declval<T&>().*Member::pointer)>;

template <class T> consteval bool refuses_unknown_members() {
  bool refuses = payload_rules_of<T>.unknown == unknown_members::refused;
  boost::mp11::mp_for_each<described_bases<T>>(
      [&](auto base) { refuses = refuses || refuses_unknown_members<typename decltype(base)::type>(); });
  return refuses;
}

template <class One, class Other> consteval bool is_same_member(One one, Other other) {
  if constexpr (std::is_same_v<One, Other>)
    return one == other;
  else
    return false;
}

template <class Member, auto... Pointers> consteval bool is_listed(member_list<Pointers...>) {
  return (is_same_member(Member::pointer, Pointers) || ...);
}

template <class T, class Member> consteval bool has_member() {
  bool has = false;
  boost::mp11::mp_for_each<described_members<T>>(
      [&](auto each) { has = has || is_same_member(each.pointer, Member::pointer); });
  return has;
}

// `Member`: a description of a member of T or of its bases.
template <class T, class Member> consteval bool is_required() {
  if (is_listed<Member>(required_members<T>)) return true;
  if (payload_rules_of<T>.absent == absent_members::refused && !is_optional<type_of_member<T, Member>>)
    return true;
  bool required = false;
  boost::mp11::mp_for_each<described_bases<T>>([&](auto base) {
    using type = typename decltype(base)::type;
    if constexpr (has_member<type, Member>()) required = required || is_required<type, Member>();
  });
  return required;
}

}  // namespace duroxide::detail
