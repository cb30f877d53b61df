// Actors whose messages the compiler checks, where they are sent and where they are handled.
//
// Each folder's `messages.hpp` ends with the handles of its actors: `..._actor` takes what others may send, `..._self`
// also what the actor sends to itself.
#pragma once

#include <caf/actor_addr.hpp>
#include <caf/actor_cast.hpp>
#include <caf/message_handler.hpp>
#include <caf/response_promise.hpp>
#include <caf/send.hpp>
#include <caf/typed_actor.hpp>
#include <caf/typed_behavior.hpp>
#include <caf/typed_response_promise.hpp>
#include <caf/unit.hpp>

#include <utility>

namespace duroxide::internal {

// A handle of an actor to which each of these messages may be sent, and which answers none of them with a value.
template <class... Messages> using takes = caf::typed_actor<caf::reacts_to<Messages>...>;

// A handle of an actor that takes what each of these takes.
template <class First, class... Others> struct merge_interfaces {
  using type = typename First::template extend_with<Others...>;
};
template <class... Interfaces> using merged = typename merge_interfaces<Interfaces...>::type;

// Joins partial behaviors, which may be defined in several files, into the behavior of one actor. CAF checks each
// part against its own list.
template <class... Parts>
typename merged<Parts...>::behavior_type join_behaviors(typename Parts::behavior_type... parts) {
  caf::message_handler all;
  ((all = all.or_else(caf::message_handler(parts.unbox().as_behavior_impl()))), ...);
  return {typename merged<Parts...>::behavior_type::unsafe_init{}, std::move(all)};
}

// The sender of the message that `self` handles. REQUIRES: only actors with this kind of handle send that message; the
// cast is not checked.
template <class Handle, class Self> Handle sender_of_message(Self& self) {
  return caf::actor_cast<Handle>(self.current_sender());
}

// Keeps no actor alive. What is sent to one that has ended is dropped.
template <class Handle> class weak_actor {
public:
  weak_actor() = default;
  weak_actor(const Handle& actor) : address_(actor.address()) {}
  template <class Self> explicit weak_actor(Self* self) : weak_actor(Handle(self)) {}

  // Any thread may call.
  template <class... Content> void send(Content&&... content) const {
    if (const Handle actor = lock()) caf::anon_send(actor, std::forward<Content>(content)...);
  }
  // Null if it has ended.
  Handle lock() const { return caf::actor_cast<Handle>(address_); }

private:
  caf::actor_addr address_;
};

// Answers a message, without a value, once the work is done. CAF 0.17's typed promise cannot deliver an empty answer,
// hence the function.
using done_promise = caf::typed_response_promise<void>;

inline void fulfil(done_promise& promise) { static_cast<caf::response_promise&>(promise).deliver(caf::unit); }

}  // namespace duroxide::internal
