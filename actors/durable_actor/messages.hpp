// What durable actors are told besides what all instances are told. These messages never leave the process.
#pragma once

#include "duroxide/client_port.hpp"
#include "duroxide/provider.hpp"

#include <caf/allowed_unsafe_message_type.hpp>

#include <string>

namespace duroxide::internal {

// A command of a client in this process, which goes to the actor without the store.
struct ask_here {
  command_request what;
  reply<std::string> done;
};

struct query_here {
  query_request what;
  reply<std::string> done;
};

// From the store executor: whether the command has an answer already.
struct answer_found {
  std::string command_id;
  stored<std::optional<kept_answer>> answer;
};

}  // namespace duroxide::internal

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::answer_found)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::ask_here)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::query_here)
