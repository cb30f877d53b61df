// all, all_settled, race, any, map, settle, with_timeout: one durable thing made of others.
//
// Branches are calls, pending operations, tasks, durables and, where said, vectors of them; combinations nest
// freely. Branches start from left to right, whatever order the compiler evaluates arguments in. Branches
// that are still running when a combination settles are dropped, and so cancelled, from left to right.
#pragma once

#include "duroxide/detail/join.hpp"
#include "duroxide/durable.hpp"

#include <cstddef>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace duroxide {

// The first of a vector of branches: which one, and its value.
template <class T> struct indexed {
  std::size_t index;
  T value;
};

// Awaits every branch, then gives their values in argument order, or throws the first failure in argument
// order. Branches without a value give std::monostate.
template <detail::durable_like... Branches>
requires(sizeof...(Branches) > 0) auto all(Branches... branches) {
  using joined = detail::all_of<detail::value_of<Branches>...>;
  return durable<typename joined::value_type>(std::make_unique<joined>(std::move(branches).release()...));
}

template <detail::durable_like Branch> auto all(std::vector<Branch> branches) {
  using joined = detail::all_of_range<detail::value_of<Branch>>;
  return durable<typename joined::value_type>(
      std::make_unique<joined>(detail::release_each(std::move(branches))));
}

// `branch` with another value: what `function` makes of its value (of nothing, if it has none). With it, branches of
// different types can be combined at run time, in one vector. The function is called when the value is taken, on every
// replay as well, so it must depend on the value alone; what it throws is the failure of the branch. It is passed by
// name if it owns something: g++ 12 destroys such a temporary twice when its statement awaits.
template <detail::durable_like Branch, class Function> auto map(Branch branch, Function&& function) {
  static_assert(
      std::is_lvalue_reference_v<Function> || std::is_trivially_destructible_v<Function>,
      "name this function object first, then pass it: g++ 12 destroys a temporary that owns something twice "
      "when its statement awaits");
  using mapped = detail::mapped_branch<detail::value_of<Branch>, std::decay_t<Function>>;
  return durable<typename mapped::value_type>(
      std::make_unique<mapped>(std::move(branch).release(), std::forward<Function>(function)));
}

// Failure as a value: never throws what `branch` throws. C++ forbids co_await in a catch handler, so this is
// how a workflow compensates.
template <detail::durable_like Branch> auto settle(Branch branch) {
  using settled = detail::settled_branch<detail::value_of<Branch>>;
  return durable<typename settled::value_type>(std::make_unique<settled>(std::move(branch).release()));
}

// Awaits every branch and gives a result for each, in argument order.
template <detail::durable_like... Branches>
requires(sizeof...(Branches) > 0) auto all_settled(Branches... branches) {
  return all(settle(std::move(branches))...);
}

template <detail::durable_like Branch> auto all_settled(std::vector<Branch> branches) {
  std::vector<durable<result<detail::value_of<Branch>>>> settled;
  settled.reserve(branches.size());
  for (auto& branch : branches) settled.push_back(settle(std::move(branch)));
  return all(std::move(settled));
}

// The branch whose completion comes first in history; variant::index() says which. If that branch failed, its
// failure is thrown. Argument order decides only between branches that are already complete.
template <detail::durable_like... Branches>
requires(sizeof...(Branches) > 0) auto race(Branches... branches) {
  using raced = detail::race_of<detail::value_of<Branches>...>;
  return durable<typename raced::value_type>(std::make_unique<raced>(std::move(branches).release()...));
}

// REQUIRES: at least one branch; throws configuration_error (invalid_argument) otherwise.
template <detail::durable_like Branch> auto race(std::vector<Branch> branches) {
  using raced =
      detail::race_of_range<indexed<detail::lifted<detail::value_of<Branch>>>, detail::value_of<Branch>>;
  return durable<typename raced::value_type>(std::make_unique<raced>(
      detail::release_each(std::move(branches)), detail::race_rule::first_completion));
}

// The first branch that succeeds; if none does, the failure of the branch that failed last is thrown.
// REQUIRES: at least one branch; throws configuration_error (invalid_argument) otherwise.
template <detail::durable_like Branch> auto any(std::vector<Branch> branches) {
  using raced =
      detail::race_of_range<indexed<detail::lifted<detail::value_of<Branch>>>, detail::value_of<Branch>>;
  return durable<typename raced::value_type>(
      std::make_unique<raced>(detail::release_each(std::move(branches)), detail::race_rule::first_success));
}

// The same for branches given one by one, which must have the same value type.
template <detail::durable_like First, detail::durable_like... Rest>
requires(std::same_as<detail::value_of<First>, detail::value_of<Rest>>&&...) auto any(First first,
                                                                                      Rest... rest) {
  std::vector<durable<detail::value_of<First>>> branches;
  branches.reserve(1 + sizeof...(Rest));
  branches.emplace_back(std::move(first).release());
  (branches.emplace_back(std::move(rest).release()), ...);
  return any(std::move(branches));
}

// Awaits `branch` for at most `limit`, then drops it and throws timeout_error.
template <detail::durable_like Branch>
auto with_timeout(Branch branch, duration limit, code_location where = code_location::current()) {
  using T = detail::value_of<Branch>;
  return durable<T>(std::make_unique<detail::timed_branch<T>>(std::move(branch).release(), limit, where));
}

}  // namespace duroxide
