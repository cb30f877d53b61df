#include "persistence/sqlite/sending.hpp"

#include "duroxide/limits.hpp"
#include "persistence/error_json.hpp"
#include "persistence/sqlite/labels.hpp"

namespace duroxide::persistence::sqlite {

std::optional<std::uint64_t> insert_instance_alone(database& db, const writing_context& context,
                                                   const instance_start& what, const instance_update& state,
                                                   std::uint64_t execution, std::uint64_t starter) {
  const parent_link parent = what.parent.value_or(parent_link{});
  const auto custom_status = state.custom_status.value_or(std::nullopt);
  const int inserted = db.run(
      "insert into instances (id, shard, orchestration, version, status, execution, parent_instance, "
      "parent_execution, parent_event_id, history_format, created_at, updated_at, custom_status_version, "
      "custom_status, root, depth) "
      "values (?1, ?2, ?3, ?4, ?5, ?13, ?6, ?7, ?8, ?9, ?10, ?10, ?11, ?12, ?14, ?15) "
      "on conflict do nothing",
      what.instance, shard_of(what.instance, context.shard_count), what.orchestration,
      state.version.value_or(what.version), to_string(state.status),
      what.parent ? std::optional(parent.instance) : std::nullopt,
      what.parent ? std::optional(parent.execution) : std::nullopt,
      what.parent ? std::optional(parent.event_id) : std::nullopt,
      what.history_format != 0 ? what.history_format : limits::history_format, what.created_at,
      state.custom_status.has_value(), optional_payload(custom_status), execution,
      what.parent ? std::optional(what.root != 0 ? what.root : starter) : std::nullopt, what.depth);
  if (inserted == 0) return std::nullopt;
  const std::uint64_t key = db.last_insert_id();
  insert_labels(db, key, what.labels);
  return key;
}

std::optional<std::uint64_t> insert_instance(database& db, const writing_context& context,
                                             const instance_start& what, const instance_update& state,
                                             std::uint64_t execution, std::uint64_t starter) {
  const auto key = insert_instance_alone(db, context, what, state, execution, starter);
  if (key) insert_execution(db, *key, execution, what.input, what.created_at);
  return key;
}

bool insert_execution(database& db, std::uint64_t instance_key, std::uint64_t execution,
                      std::string_view input, timestamp started_at) {
  return db.run("insert into executions (instance_key, execution, status, started_at, input) "
                "values (?, ?, 'running', ?, ?) on conflict do nothing",
                instance_key, execution, started_at, payload{input}) == 1;
}

bool insert_actor(database& db, const writing_context& context, const new_actor& what) {
  return db.run(
             "insert into instances (id, shard, orchestration, version, status, execution, history_format, "
             "created_at, updated_at, custom_status_version, depth) "
             "values (?1, ?2, ?3, '', 'running', 1, ?4, ?5, ?5, 0, 0) on conflict do nothing",
             what.id, shard_of(what.id, context.shard_count), what.orchestration, limits::history_format,
             what.created_at) == 1;
}

namespace {

std::uint64_t post_to_existing(database& db, const writing_context& context, const posting& what) {
  const message& content = what.content;
  const auto error = error_to_json(content.error);
  const int inserted = db.run(
      "insert into inbox (instance_key, shard, instance, kind, execution, source, delivered_to, sent_at, "
      "visible_at, name, error, "
      "data) select key, shard, id, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 from instances "
      "where id = ?1 and status in ('pending', 'running')",
      content.instance, to_string(content.kind), content.execution, content.source,
      what.delivered_under != 0 ? context.node : std::nullopt, what.sent_at, content.visible_at, content.name,
      optional_payload(error), payload{content.data});
  return inserted == 1 ? db.last_insert_id() : 0;
}

}  // namespace

std::uint64_t post_message(database& db, const writing_context& context, const posting& what) {
  const std::uint64_t id = post_to_existing(db, context, what);
  if (id != 0 || what.creates.empty()) return id;
  if (!insert_actor(db, context, {what.content.instance, what.creates, what.sent_at})) return 0;
  return post_to_existing(db, context, what);
}

std::optional<started_instance> start_instance(database& db, const writing_context& context,
                                               const instance_start& what, std::uint64_t delivered_under,
                                               std::uint64_t execution, std::uint64_t starter) {
  instance_update state;
  state.status = runtime_status::pending;
  const auto life = insert_instance(db, context, what, state, execution, starter);
  if (!life) return std::nullopt;
  message content;
  content.kind = message_kind::start;
  content.instance = what.instance;
  content.execution = execution;
  content.visible_at = what.start_at.value_or(what.created_at);
  return started_instance{*life, post_message(db, context, {content, delivered_under, what.created_at})};
}

post_receipt post_from_client(database& db, const writing_context& context, const client_post& post) {
  // A client makes a message when it sends it, unless it is one for later.
  const std::uint64_t id =
      post_message(db, context, {post.content, post.delivered_under, post.content.visible_at, post.creates});
  if (id != 0) return {post_outcome::accepted, id};
  const bool exists =
      db.value<int>("select count(*) from instances where id = ?", post.content.instance) != 0;
  return {exists ? post_outcome::terminal : post_outcome::not_found, 0};
}

}  // namespace duroxide::persistence::sqlite
