// Being told how instances end, and what becomes of them meanwhile.
#pragma once

#include "duroxide/caf/client_actor.hpp"
#include "duroxide/caf/errors.hpp"

#include <caf/actor.hpp>
#include <caf/actor_cast.hpp>
#include <caf/blocking_actor.hpp>
#include <caf/duration.hpp>
#include <caf/response_type.hpp>
#include <caf/send.hpp>

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>

namespace duroxide {

namespace detail {

template <class Self> using actor_behind = std::remove_cvref_t<decltype(*std::declval<const Self&>())>;

// Actors without a static type count as accepting everything.
template <class Actor, class Message>
concept takes_message = caf::response_type<typename Actor::signatures, Message>::valid;

// Sends it in the name of `self`, who is told with instance_down if the client actor is gone. A blocking actor cannot
// hear that.
template <class Self, class Message>
void begin_watch(const Self& self, const client_actor& client, Message what) {
  if constexpr (std::is_base_of_v<caf::blocking_actor, actor_behind<Self>>) {
    self->send(client, std::move(what));
  } else {
    std::string instance = what.instance;
    self->request(client, caf::infinite, std::move(what))
        .then([] {},
              [self, instance](caf::error& e) {
                instance_down down{instance};
                down.error = to_error_details(e);
                caf::anon_send(caf::actor_cast<caf::actor>(self), std::move(down));
              });
  }
}

}  // namespace detail

// `self`, below, is a pointer to an event-based, stateful or typed actor, or a caf::scoped_actor. It must accept
// instance_down, and for a subscription also instance_changed; of a typed actor that is checked when it is compiled.
// None of these functions blocks. What they begin ends with `self`, leaves nothing behind then, and does not keep it
// alive. If the connection to a client actor on another node breaks, nothing comes any more: monitor that actor, too.
// The same holds for a blocking `self` and a client actor that is gone before it got the message.

// Sends `self` exactly one instance_down when the instance ends, however it ends; at once if it has ended, or if there
// is none. With absent_instance::wait an instance that does not exist is waited for. While the store cannot be asked it
// is asked again every second. A second monitor of the same instance changes nothing.
template <class Self>
void monitor(const Self& self, const client_actor& client, std::string instance,
             absent_instance if_absent = absent_instance::fail) {
  static_assert(detail::takes_message<detail::actor_behind<Self>, instance_down>,
                "an actor that monitors an instance must accept duroxide::instance_down");
  detail::begin_watch(self, client, messages::monitor{std::move(instance), if_absent});
}

// Ends the monitor, if there is one. A message that was sent before may still arrive.
template <class Self> void demonitor(const Self& self, const client_actor& client, std::string instance) {
  self->send(client, messages::demonitor{std::move(instance)});
}

// Sends `self` an instance_changed for the custom status that is there, if its version is above `last_seen`, and for
// each change of it that is seen: of changes that follow each other quickly, the last one. At the end of the instance
// comes one instance_down, as for `monitor`.
template <class Self>
void subscribe(const Self& self, const client_actor& client, std::string instance,
               std::uint64_t last_seen = 0, absent_instance if_absent = absent_instance::fail) {
  static_assert(detail::takes_message<detail::actor_behind<Self>, instance_changed> &&
                    detail::takes_message<detail::actor_behind<Self>, instance_down>,
                "an actor that subscribes to an instance must accept duroxide::instance_changed and "
                "duroxide::instance_down");
  detail::begin_watch(self, client, messages::subscribe{std::move(instance), last_seen, if_absent});
}

// As demonitor.
template <class Self> void unsubscribe(const Self& self, const client_actor& client, std::string instance) {
  self->send(client, messages::unsubscribe{std::move(instance)});
}

}  // namespace duroxide
