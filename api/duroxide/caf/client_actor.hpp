// The client as an actor.
#pragma once

#include "duroxide/caf/client_messages.hpp"
#include "duroxide/client.hpp"

#include <caf/actor_system.hpp>
#include <caf/typed_actor.hpp>

#include <cstddef>

namespace duroxide {

namespace detail {
template <class Message>
using request_signature = typename caf::replies_to<Message>::template with<typename Message::answer>;
template <class... Messages> using actor_for = caf::typed_actor<request_signature<Messages>...>;
}  // namespace detail

using client_actor =
    detail::actor_for<messages::start, messages::raise, messages::enqueue, messages::cancel,
                      messages::terminate, messages::pause, messages::resume, messages::change_label,
                      messages::start_and_raise, messages::start_and_enqueue, messages::status,
                      messages::wait, messages::status_change, messages::kv_value, messages::kv_values,
                      messages::wait_for_kv_value, messages::activities, messages::list, messages::count,
                      messages::ask, messages::tell, messages::query, messages::administer, messages::monitor,
                      messages::demonitor, messages::subscribe, messages::unsubscribe>;

// What is beyond these limits is answered with limit_exceeded at once, and nothing of it is done.
struct client_actor_options {
  // Requests that are being answered, without those that wait for something. A sender that gets limit_exceeded goes on
  // when some of its requests have been answered. Starts and signals also count in
  // runtime_options::client_request_limit, which all clients of a runtime share; what is beyond that one waits.
  std::size_t request_limit = 10'000;
  // Waits, monitors and subscriptions.
  std::size_t wait_limit = 100'000;
};

// An actor that serves `client`'s operations. It never blocks a thread of the scheduler: for a client that works
// through a store there is a thread that does. It ends when nobody holds it and no request, monitor or subscription is
// open. Waits of requesters that have ended are taken back. When it ends earlier, or is killed, whoever waits for it is
// told (runtime_stopped). From now on, blocking calls of clients and admins are refused on the threads of the system's
// scheduler. Throws configuration_error (invalid_argument) for a limit of 0.
client_actor make_client_actor(caf::actor_system& system, const client& client,
                               client_actor_options options = {});

}  // namespace duroxide
