// What an instance alone is told. These messages never leave the process.
#pragma once

#include "duroxide/provider.hpp"
#include "actors/messages.hpp"
#include "actors/shard/messages.hpp"

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/atom.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace duroxide::internal {

// From the dispatcher: leave memory if idle.
using passivate_atom = caf::atom_constant<caf::atom("passivate")>;

// From the dispatcher, in answer to `leaving`: end.
using bye_atom = caf::atom_constant<caf::atom("bye")>;

// To itself: make a turn of what has arrived.
using turn_atom = caf::atom_constant<caf::atom("turn")>;

// From the journal to the instance whose turn it was.
struct turn_written {
  turn_receipt receipt;
};

// Sent instead of `turn_written` when the node stops: the turn was not committed, and is made again at the next start.
using put_off_atom = caf::atom_constant<caf::atom("putoff")>;

// Between an instance and the probation gate.
using enter_atom = caf::atom_constant<caf::atom("enter")>;
using entered_atom = caf::atom_constant<caf::atom("entered")>;
using left_atom = caf::atom_constant<caf::atom("left")>;

// From the journal: the crash probation is recorded.
using probation_begun_atom = caf::atom_constant<caf::atom("probbegun")>;

// The answer to queue_request: a page of `queue`, or of the inbox if there is none. `number` is the request's.
struct queue_loaded {
  std::optional<std::string> queue;
  std::uint64_t number = 0;
  stored<queue_page> page;
};

struct instance_loaded {
  stored<std::optional<loaded_instance>> content;
};

using probation_gate_actor = takes<enter_atom, left_atom>;

struct let_in;  // turn_gate.hpp

using instance_actor = merged<
    takes<deliver, deliver_many, activities_not_in_pool, start_here, ask_here, query_here, found_deleted,
          life_found>,
    takes<passivate_atom, stop_atom, bye_atom>::extend<caf::reacts_to<tried_again_atom, std::uint32_t>>,
    takes<instance_loaded, queue_loaded, turn_written, put_off_atom, probation_begun_atom>,
    takes<entered_atom, let_in>>;
using instance_self = merged<instance_actor, takes<turn_atom, answer_found>>;

}  // namespace duroxide::internal

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::turn_written)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::instance_loaded)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::queue_loaded)
