// The operations of a client as messages between actors.
#pragma once

#include "duroxide/client.hpp"

#include <caf/actor_system.hpp>
#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/atom.hpp>
#include <caf/timespan.hpp>
#include <caf/typed_actor.hpp>

#include <cstdint>
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

}  // namespace duroxide
