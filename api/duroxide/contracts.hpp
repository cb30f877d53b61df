// Contracts: a durable name bound to C++ types. Callers, clients and workers share the contract, not the
// implementation. A contract is a constexpr value; its name is checked when it is compiled.
//
//   constexpr dx::activity<receipt(order)> charge{"charge"};
//   constexpr dx::orchestration<receipt(order)> checkout{"Checkout"};
//   constexpr dx::event<approval> approved{"approved"};
//
// A renamed contract is another contract: histories and stored work still know the old name.
#pragma once

#include "duroxide/names.hpp"

#include <string_view>

namespace duroxide {

template <class Signature> class activity;

template <class Out, class In> class activity<Out(In)> {
public:
  using output = Out;
  using input = In;
  consteval explicit activity(const char* name) : name_(detail::checked_name(name)) {}
  constexpr std::string_view name() const noexcept { return name_; }

private:
  std::string_view name_;
};

// An activity without input.
template <class Out> class activity<Out()> {
public:
  using output = Out;
  using input = void;
  consteval explicit activity(const char* name) : name_(detail::checked_name(name)) {}
  constexpr std::string_view name() const noexcept { return name_; }

private:
  std::string_view name_;
};

template <class Signature> class orchestration;

template <class Out, class In> class orchestration<Out(In)> {
public:
  using output = Out;
  using input = In;
  consteval explicit orchestration(const char* name) : name_(detail::checked_name(name)) {}
  constexpr std::string_view name() const noexcept { return name_; }

private:
  std::string_view name_;
};

// An orchestration without input.
template <class Out> class orchestration<Out()> {
public:
  using output = Out;
  using input = void;
  consteval explicit orchestration(const char* name) : name_(detail::checked_name(name)) {}
  constexpr std::string_view name() const noexcept { return name_; }

private:
  std::string_view name_;
};

// A named value that a client raises; of the waits that are open at that moment, the oldest receives it.
template <class Payload> class event {
public:
  using payload = Payload;
  consteval explicit event(const char* name) : name_(detail::checked_name(name)) {}
  constexpr std::string_view name() const noexcept { return name_; }

private:
  std::string_view name_;
};

// A first-in first-out mailbox of one instance: messages wait until they are dequeued, also across
// continue-as-new.
template <class Payload> class event_queue {
public:
  using payload = Payload;
  consteval explicit event_queue(const char* name) : name_(detail::checked_name(name)) {}
  constexpr std::string_view name() const noexcept { return name_; }

private:
  std::string_view name_;
};

}  // namespace duroxide
