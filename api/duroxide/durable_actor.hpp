// Contracts of durable actors: what callers and the code of an actor share.
//
//   constexpr dx::durable_actor<account_state> account{"account"};
//   constexpr dx::command<long(long)> deposit{"deposit"};
//   constexpr dx::query<long()> balance{"balance"};
//
// A durable actor has a state that survives everything, and applies one command after the other to it. It is addressed
// by the name of its kind and a key, `account["ada"]`, and comes into being with the first command that is sent to it.
#pragma once

#include "duroxide/names.hpp"

#include <string>
#include <string_view>

namespace duroxide {

// Which actor is meant.
class actor_address {
public:
  // Throws configuration_error (invalid_argument) if one of them is no legal name or key: the kind is as a contract has
  // it, without '/'; the key is UTF-8 without control characters; together they have at most 254 bytes.
  actor_address(std::string_view kind, std::string_view key);

  const std::string& kind() const noexcept { return kind_; }
  const std::string& key() const noexcept { return key_; }
  // By which clients and administration know its instance: "@account/ada".
  std::string instance_id() const { return "@" + kind_ + "/" + key_; }

  bool operator==(const actor_address&) const = default;

private:
  std::string kind_;
  std::string key_;
};

namespace detail {

consteval std::string_view checked_actor_name(std::string_view name) {
  if (name.find('/') != name.npos) throw "the name of a durable actor has no '/'";
  return checked_name(name);
}

// REQUIRES: it is the id of a durable actor.
inline std::string_view kind_of_actor(std::string_view instance) noexcept {
  return instance.substr(1, instance.find('/') - 1);
}
// The orchestration that its row names: "@account".
inline std::string orchestration_of_actor(std::string_view kind) { return "@" + std::string(kind); }

}  // namespace detail

// `State` is a value that can be copied and travels as a payload (codec.hpp). A new actor has State{}.
template <class State> class durable_actor {
public:
  using state = State;
  consteval explicit durable_actor(const char* name) : name_(detail::checked_actor_name(name)) {}
  constexpr std::string_view name() const noexcept { return name_; }

  // Throws as actor_address does.
  actor_address operator[](std::string_view key) const { return {name_, key}; }

private:
  std::string_view name_;
};

template <class Signature> class command;

// May change the state. It is answered when that is durable.
template <class Out, class In> class command<Out(In)> {
public:
  using output = Out;
  using input = In;
  consteval explicit command(const char* name) : name_(detail::checked_name(name)) {}
  constexpr std::string_view name() const noexcept { return name_; }

private:
  std::string_view name_;
};

template <class Out> class command<Out()> {
public:
  using output = Out;
  using input = void;
  consteval explicit command(const char* name) : name_(detail::checked_name(name)) {}
  constexpr std::string_view name() const noexcept { return name_; }

private:
  std::string_view name_;
};

template <class Signature> class query;

// Reads the state as the last commit left it, and writes nothing.
template <class Out, class In> class query<Out(In)> {
public:
  using output = Out;
  using input = In;
  consteval explicit query(const char* name) : name_(detail::checked_name(name)) {}
  constexpr std::string_view name() const noexcept { return name_; }

private:
  std::string_view name_;
};

template <class Out> class query<Out()> {
public:
  using output = Out;
  using input = void;
  consteval explicit query(const char* name) : name_(detail::checked_name(name)) {}
  constexpr std::string_view name() const noexcept { return name_; }

private:
  std::string_view name_;
};

}  // namespace duroxide
