// Messages that several kinds of actors know. These messages never leave the process.
#pragma once

#include "actors/typed_actors.hpp"

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/atom.hpp>

#include <memory>

namespace duroxide::internal {

struct node_context;

// To each actor of an incarnation, when all of them are there.
using context_ptr = std::shared_ptr<const node_context>;

using stop_atom = caf::atom_constant<caf::atom("stop")>;
using wake_atom = caf::atom_constant<caf::atom("wake")>;

// An actor that can be asked to come to an end with what it has under way.
using stoppable_actor = takes<stop_atom>;

}  // namespace duroxide::internal

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::context_ptr)
