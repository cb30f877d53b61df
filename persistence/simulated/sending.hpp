// How instances come into being, and how messages reach them.
#pragma once

#include "persistence/simulated/listeners.hpp"
#include "persistence/simulated/tables.hpp"

#include <cstdint>
#include <string>

namespace duroxide::internal::simulated {

// The writer, and the nodes and clients that its writes concern.
struct author {
  std::uint64_t node = nobody;  // nobody: a client
  news& concerned;
};

// The instance, with its first execution; none if the id is taken. `starter`: the life of its parent, if it
// has one.
instance_row* create_instance(tables& rows, const instance_start& what, const instance_update& state,
                              std::uint64_t execution, std::uint64_t starter = 0);
// A durable actor that nobody has written to before. REQUIRES: nobody has its id.
instance_row& create_actor(tables& rows, const std::string& id, const std::string& orchestration,
                           timestamp now);
// With its start message, the id of which is given; 0 if the id is taken.
std::uint64_t start_instance(tables& rows, const author& origin, const instance_start& what,
                             std::uint64_t delivered_under, std::uint64_t execution = 1,
                             std::uint64_t starter = 0);
// Starts `what.instance` anew if it and its descendants have ended: then they are deleted, and its executions
// are counted on. 0 if it has not.
std::uint64_t replace_ended(tables& rows, const author& origin, const instance_start& what);

// The id of the message; 0 if there is no such instance, and it is not to be made, or if it has ended.
std::uint64_t post_message(tables& rows, const author& origin, const outgoing_message& what,
                           timestamp sent_at);
post_receipt post_from_client(tables& rows, const author& origin, const client_post& what);

}  // namespace duroxide::internal::simulated
