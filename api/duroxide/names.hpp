// Durable names (of orchestrations, activities, events, queues) and instance ids: which of them are legal.
#pragma once

#include <string_view>

namespace duroxide {

namespace detail {

constexpr bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == '.' || c == ':' || c == '/';
}

// The name of a contract is written in code once and stored for years, so it is held to a narrow alphabet.
consteval std::string_view checked_name(std::string_view name) {
  if (name.empty()) throw "a durable name may not be empty";
  if (name.size() > 128) throw "a durable name has at most 128 characters";
  for (char c : name)
    if (!is_name_character(c)) throw "a durable name consists of letters, digits and _ - . : /";
  return name;
}

// Whether an instance of this id is a durable actor: "@account/ada".
constexpr bool is_actor_id(std::string_view instance) noexcept {
  const auto slash = instance.find('/');
  return instance.starts_with('@') && slash != instance.npos && slash > 1;
}

}  // namespace detail

// Throws configuration_error (invalid_argument) unless `id` is 1 to 256 bytes of UTF-8 without control
// characters. `what` names the thing in the message, e.g. "instance id".
void require_valid_id(std::string_view what, std::string_view id);

// The same for the id of an instance that is to be started: it must not be that of a durable actor
// (durable_actor.hpp).
void require_instance_id(std::string_view id);

// The same for the id of an instance that may exist already. Builds before the short form gave sub-orchestrations
// ids of any length: a legal id, followed by ::sub::<event id> once for each level. These are accepted as
// well.
void require_stored_id(std::string_view what, std::string_view id);

// The same for a prefix of ids, of any length.
void require_id_prefix(std::string_view what, std::string_view prefix);

}  // namespace duroxide
