// Which payloads a described struct is read from. Payloads outlive a deploy: they were written by any build since
// their instance was started, and the struct of today may have more members than theirs, or fewer.
//
// Unless its type says otherwise, a struct is read from whatever has the right types: a member that the payload lacks
// keeps the value that it has in a new struct (its initialiser; without one, zero or empty), and a member of the
// payload that the struct lacks is passed over. The other default would make every deploy that adds or removes a
// member stall what is running, and nobody would know before. Its price is that a payload from outside with a
// misspelt member is read as if it did not have it. So name what must be there, or have the whole type exact:
//
//   struct transfer {
//     std::string account;
//     long cents = 0;
//     std::optional<std::string> reason;
//   };
//   BOOST_DESCRIBE_STRUCT(transfer, (), (account, cents, reason))
//   template <>
//   inline constexpr duroxide::member_list<&transfer::account, &transfer::cents>
//       duroxide::required_members<transfer>{};
//
//   template <>
//   inline constexpr duroxide::payload_rules duroxide::payload_rules_of<transfer> = duroxide::exact_payload;
//
// These are written in the global namespace, behind the description of the struct and before its first use. They hold
// wherever the struct is a part of a payload, but not inside a tag_invoke of the user. What a described base class
// requires or refuses holds for what is derived from it, too. What is passed over is lost where the value is written
// again: in a value of the key-value store, and in the state of a durable actor.
#pragma once

#include <cstdint>

namespace duroxide {

// Of members that the struct has and the payload has not. An optional is never refused, for that it is not there is one
// of its values; required_members may name one nevertheless.
enum class absent_members : std::uint8_t { keep_default, refused };

// Of members that the payload has and the struct has not.
enum class unknown_members : std::uint8_t { ignored, refused };

struct payload_rules {
  absent_members absent = absent_members::keep_default;
  unknown_members unknown = unknown_members::ignored;
};

inline constexpr payload_rules exact_payload{absent_members::refused, unknown_members::refused};

template <class T> inline constexpr payload_rules payload_rules_of{};

// Pointers to members.
template <auto... Pointers> struct member_list {};

// Payloads that lack one of these are refused, whatever the rules say.
template <class T> inline constexpr member_list<> required_members{};

}  // namespace duroxide
