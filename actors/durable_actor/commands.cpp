#include "actors/durable_actor/commands.hpp"

#include "duroxide/detail/payload_limit.hpp"
#include "duroxide/limits.hpp"
#include "runtime/durable_actor/actor_code.hpp"
#include "runtime/durable_actor/command_envelope.hpp"
#include "runtime/stored_bytes.hpp"
#include "actors/clock.hpp"

#include <utility>

namespace duroxide::internal {

const std::string& command_queue_name() {
  static const std::string name(command_queue);
  return name;
}

message message_of(const command_request& what) {
  command_envelope envelope;
  envelope.command = what.command;
  envelope.input = what.input;
  envelope.id = what.id;
  message content;
  content.kind = message_kind::enqueued;
  content.instance = what.receiver.instance_id();
  content.name = command_queue;
  content.data = to_text(envelope);
  return content;
}

std::string creation_by(const command_request& what) {
  return duroxide::detail::orchestration_of_actor(what.receiver.kind());
}

std::optional<error_details> refused_by_old_nodes(const provider& store) {
  if (limits::may_have_commands(store.history_format())) return std::nullopt;
  return error_details{
      error_category::configuration,
      error_kind::store_incompatible,
      "a node of this cluster runs a build that does not know durable actors; stop it, or deploy this "
      "build there, before they are used",
      {}};
}

std::optional<error_details> refused_command(const command_request& what, std::size_t payload_limit,
                                             std::size_t turn_limit) {
  constexpr std::string_view input = "the input of command";
  if (auto refused = duroxide::detail::refused_payload(input, what.command, what.input, payload_limit))
    return refused;
  return duroxide::detail::too_large_to_store(input, what.command, as_payload(what.input), turn_limit);
}

result<std::monostate, error_details> command_in(provider& store, const command_request& what) {
  message content = message_of(what);
  content.visible_at = wall_clock_now();
  auto posted = store.post(content, creation_by(what));
  if (!posted) return posted.error().details();
  if (*posted == post_outcome::accepted) return std::monostate{};
  return error_details{error_category::infrastructure,
                       error_kind::store_incompatible,
                       "the store cannot take a command for durable actor '" + content.instance + "'",
                       {}};
}

result<std::string, error_details>
answer_in(provider& store, const std::shared_ptr<const duroxide::detail::actor_handlers>& handlers,
          const query_request& what) {
  if (!handlers) return no_handlers(what.receiver);
  auto stored = store.actor(what.receiver.instance_id());
  if (!stored) return stored.error().details();
  try {
    return actor_code(what.receiver, handlers, *stored).ask(what.query, what.input);
  } catch (const std::exception& e) {  // its state cannot be read
    return error_details{error_category::configuration, error_kind::invalid_payload, e.what(), {}};
  }
}

error_details no_handlers(const actor_address& actor) {
  return {error_category::configuration,
          error_kind::not_registered,
          "durable actors of kind '" + actor.kind() +
              "' are not registered here; call runtime::register_actor before start",
          {}};
}

error_details is_durable_actor(const std::string& instance) {
  return {error_category::configuration,
          error_kind::invalid_argument,
          "'" + instance + "' is the id of a durable actor; an orchestration needs another one",
          {}};
}

}  // namespace duroxide::internal
