// How clients give commands and queries to durable actors by way of the store.
#pragma once

#include "duroxide/actor_handlers.hpp"
#include "duroxide/client_port.hpp"
#include "duroxide/provider.hpp"

#include <memory>
#include <optional>
#include <string>

namespace duroxide::internal {

// The queue of their messages.
const std::string& command_queue_name();
// The command as it is stored, without its time.
message message_of(const command_request& what);
// What the message makes if its receiver does not exist (outgoing_message::creates).
std::string creation_by(const command_request& what);

// Set while there are nodes that do not know durable actors yet.
std::optional<error_details> refused_by_old_nodes(const provider& store);

// Set if the command is too long for what may be stored.
std::optional<error_details> refused_command(const command_request& what, std::size_t payload_limit,
                                             std::size_t turn_limit);

// Stores the command. Blocks for the time of a store access.
result<std::monostate, error_details> command_in(provider& store, const command_request& what);
// Answers the query by what is stored. `handlers` is null if this process has none of that kind. Blocks likewise.
result<std::string, error_details>
answer_in(provider& store, const std::shared_ptr<const duroxide::detail::actor_handlers>& handlers,
          const query_request& what);

// Where no code of that kind of actor is registered.
error_details no_handlers(const actor_address& actor);
// Where an orchestration was to have the id of a durable actor.
error_details is_durable_actor(const std::string& instance);

}  // namespace duroxide::internal
