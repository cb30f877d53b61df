// Writing instances and messages: what turns, client posts and client starts have in common.
#pragma once

#include "duroxide/provider.hpp"
#include "persistence/sqlite/database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace duroxide::persistence::sqlite {

// What every row that is written now has in common.
struct writing_context {
  std::uint32_t shard_count = 1;
  std::optional<std::uint64_t> node;  // that writes; none for a client
};

// Writes the instance and its first execution. Gives the instance's key, or nothing if the id is taken.
// `starter`: the life of its parent, if it has one.
std::optional<std::uint64_t> insert_instance(database& db, const writing_context& context,
                                             const instance_start& what, const instance_update& state,
                                             std::uint64_t execution = 1, std::uint64_t starter = 0);

// The same without the execution: of a durable actor.
std::optional<std::uint64_t> insert_instance_alone(database& db, const writing_context& context,
                                                   const instance_start& what, const instance_update& state,
                                                   std::uint64_t execution = 1, std::uint64_t starter = 0);

// Writes an execution that has just begun; false if it is there already.
bool insert_execution(database& db, std::uint64_t instance_key, std::uint64_t execution,
                      std::string_view input, timestamp started_at);

// A durable actor that nobody has written to before.
struct new_actor {
  const std::string& id;
  std::string_view orchestration;
  timestamp created_at{};
};

// False if the id is taken.
bool insert_actor(database& db, const writing_context& context, const new_actor& what);

struct posting {
  const message& content;
  std::uint64_t delivered_under = 0;
  timestamp sent_at{};
  std::string_view creates{};  // as in outgoing_message
};

// Puts a message into the inbox of its instance and gives the row's id; 0 if there is no such instance, and it is not
// to be made, or if it has ended: then nobody waits for the message.
std::uint64_t post_message(database& db, const writing_context& context, const posting& what);

struct started_instance {
  std::uint64_t life = 0;
  std::uint64_t message_id = 0;  // of the start message
};

// Writes a pending instance and its start message; nothing if the instance exists.
std::optional<started_instance> start_instance(database& db, const writing_context& context,
                                               const instance_start& what, std::uint64_t delivered_under,
                                               std::uint64_t execution = 1, std::uint64_t starter = 0);

// Posts, and says why not if not.
post_receipt post_from_client(database& db, const writing_context& context, const client_post& post);

}  // namespace duroxide::persistence::sqlite
