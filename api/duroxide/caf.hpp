// For programs made of CAF actors: the client's operations as messages, and activities that are actors. The
// only public header that needs CAF. To run the runtime inside an actor system, give the system to its
// constructor.
#pragma once

#include "duroxide/client.hpp"
#include "duroxide/runtime.hpp"

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>
#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/atom.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <caf/timespan.hpp>
#include <caf/typed_actor.hpp>

#include <memory>
#include <optional>
#include <string>

namespace duroxide {

// A value as JSON text, if there is one.
struct kv_answer {
  std::optional<std::string> value;
};

}  // namespace duroxide

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::instance_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::kv_answer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::activity_completion)

namespace duroxide {

using start_orchestration_atom = caf::atom_constant<caf::atom("dx_start")>;
using raise_event_atom = caf::atom_constant<caf::atom("dx_raise")>;
using enqueue_event_atom = caf::atom_constant<caf::atom("dx_enqueue")>;
using cancel_instance_atom = caf::atom_constant<caf::atom("dx_cancel")>;
using get_status_atom = caf::atom_constant<caf::atom("dx_status")>;
using wait_for_orchestration_atom = caf::atom_constant<caf::atom("dx_wait")>;
using wait_for_status_change_atom = caf::atom_constant<caf::atom("dx_change")>;
// In a request to wait: also for an instance that does not exist yet (instance_handle::until_exists).
using until_exists_atom = caf::atom_constant<caf::atom("dx_exists")>;
using get_kv_value_atom = caf::atom_constant<caf::atom("dx_kv")>;

// Payloads are JSON text. A failure is an error message of category error_category; its context carries the
// text.
using client_actor = caf::typed_actor<
    // orchestration, instance, input: true if started, false if the instance exists
    caf::replies_to<start_orchestration_atom, std::string, std::string, std::string>::with<bool>,
    // event, instance, payload
    caf::replies_to<raise_event_atom, std::string, std::string, std::string>::with<void>,
    // queue, instance, payload
    caf::replies_to<enqueue_event_atom, std::string, std::string, std::string>::with<void>,
    // instance, reason
    caf::replies_to<cancel_instance_atom, std::string, std::string>::with<void>,
    // instance
    caf::replies_to<get_status_atom, std::string>::with<instance_status>,
    // instance, for how long at most
    caf::replies_to<wait_for_orchestration_atom, std::string, caf::timespan>::with<instance_status>,
    caf::replies_to<wait_for_orchestration_atom, until_exists_atom, std::string,
                    caf::timespan>::with<instance_status>,
    // instance, last version seen, for how long at most
    caf::replies_to<wait_for_status_change_atom, std::string, std::uint64_t,
                    caf::timespan>::with<instance_status>,
    caf::replies_to<wait_for_status_change_atom, until_exists_atom, std::string, std::uint64_t,
                    caf::timespan>::with<instance_status>,
    // instance, key
    caf::replies_to<get_kv_value_atom, std::string, std::string>::with<kv_answer>>;

// An actor that serves `client`'s operations without ever blocking. It ends when nobody holds it any more.
client_actor make_client_actor(caf::actor_system& system, const client& client);

namespace detail {

// Asks `worker` on behalf of the runtime, so that the answer finds its way back.
template <class Out, class In> caf::behavior activity_relay(caf::event_based_actor* self, caf::actor worker) {
  return {[self, worker](const std::string& name, const std::string& input, const activity_completion& done) {
    auto failed = [done, name](const std::string& why) {
      done(error_details{error_category::application, error_kind::activity_failed, why, name});
    };
    auto has_thrown = [done, name] {
      error_details why = details_of_current_exception(error_kind::activity_failed, name);
      why.category = error_category::application;
      done(std::move(why));
    };
    try {
      In decoded = codec<In>::decode("the input of activity '" + name + "'", input);
      self->request(worker, caf::infinite, std::move(decoded))
          .then(
              [done, has_thrown](const Out& output) {
                std::string encoded;
                try {
                  encoded = codec<Out>::encode(output);
                } catch (...) {
                  return has_thrown();
                }
                done(std::move(encoded));
              },
              [self, failed](const caf::error& e) { failed(self->system().render(e)); });
    } catch (...) {
      has_thrown();
    }
  }};
}

}  // namespace detail

// Registers an activity that is an actor: it gets the input as a request and answers with the output; an
// error that it answers with, or its death, fails the activity. `worker` must accept In and reply with Out.
template <class Out, class In>
void register_actor_activity(runtime& runtime, const activity<Out(In)>& what, const caf::actor& worker) {
  std::string name(what.name());
  caf::actor relay = worker.home_system().spawn(detail::activity_relay<Out, In>, worker);
  runtime.register_async_activity(name, [name, relay](const std::shared_ptr<activity_context>&,
                                                      std::string input, activity_completion done) {
    caf::anon_send(relay, name, std::move(input), std::move(done));
  });
}

}  // namespace duroxide
