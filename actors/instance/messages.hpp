// What an instance alone is told. These messages never leave the process.
#pragma once

#include "duroxide/provider.hpp"

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/atom.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace duroxide::internal {

using passivate_atom = caf::atom_constant<caf::atom("passivate")>;

using bye_atom = caf::atom_constant<caf::atom("bye")>;

using turn_atom = caf::atom_constant<caf::atom("turn")>;

// From the journal to the instance whose turn it was.
struct turn_written {
  turn_receipt receipt;
};

// Instead, when the node stops: the turn was not committed, and is made again at the next start.
using put_off_atom = caf::atom_constant<caf::atom("putoff")>;

using probation_begun_atom = caf::atom_constant<caf::atom("probbegun")>;

struct queue_loaded {
  std::optional<std::string> queue;
  std::uint64_t number = 0;
  stored<queue_page> page;
};

struct instance_loaded {
  stored<std::optional<loaded_instance>> content;
};

}  // namespace duroxide::internal

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::turn_written)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::instance_loaded)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::queue_loaded)
