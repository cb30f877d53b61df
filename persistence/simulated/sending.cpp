#include "persistence/simulated/sending.hpp"

#include "persistence/start_message.hpp"

#include <algorithm>
#include <utility>

namespace duroxide::internal::simulated {

instance_row* create_instance(tables& rows, const instance_start& what, const instance_update& state,
                              std::uint64_t execution, std::uint64_t starter) {
  if (rows.instances.find(what.instance) != nullptr) return nullptr;
  instance_row row;
  row.id = what.instance;
  row.shard = shard_of(what.instance, rows.cluster.shard_count());
  row.orchestration = what.orchestration;
  row.version = state.version.value_or(what.version);
  row.status = state.status;
  row.execution = execution;
  row.parent = what.parent;
  if (what.parent) row.root = what.root != 0 ? what.root : starter;
  row.depth = what.depth;
  row.created_at = row.updated_at = what.created_at;
  if (what.history_format != 0) row.history_format = what.history_format;
  row.labels = what.labels;
  std::ranges::sort(row.labels, {}, &label::name);
  if (state.custom_status) {
    row.custom_status = *state.custom_status;
    row.custom_status_version = 1;
  }
  execution_row& first = row.executions[execution];
  first.started_at = what.created_at;
  first.input = what.input;
  return &rows.add(std::move(row));
}

instance_row& create_actor(tables& rows, const std::string& id, const std::string& orchestration,
                           timestamp now) {
  instance_row row;
  row.id = id;
  row.shard = shard_of(id, rows.cluster.shard_count());
  row.orchestration = orchestration;
  row.status = runtime_status::running;
  row.created_at = row.updated_at = now;
  return rows.add(std::move(row));
}

std::uint64_t start_instance(tables& rows, const author& origin, const instance_start& what,
                             std::uint64_t delivered_under, std::uint64_t execution, std::uint64_t starter) {
  instance_update pending;
  pending.status = runtime_status::pending;
  if (create_instance(rows, what, pending, execution, starter) == nullptr) return 0;
  const timestamp due = what.start_at.value_or(what.created_at);
  return post_message(rows, origin,
                      persistence::start_message(what.instance, execution, due, delivered_under),
                      what.created_at);
}

// The executions are counted on, so that nothing that is still on its way from the old instance is taken for
// an answer to the new one.
std::uint64_t replace_ended(tables& rows, const author& origin, const instance_start& what) {
  std::uint64_t last = 0;
  if (instance_row* old = rows.instances.find(what.instance); old != nullptr) {
    const auto family = rows.instances.family_of(*old);
    if (std::ranges::any_of(family, [](const auto& each) { return each.first->is_running(); })) return 0;
    last = old->execution;
    for (const auto& [each, depth] : family) rows.erase(*each);
  }
  return start_instance(rows, origin, what, 0, last + 1);
}

std::uint64_t post_message(tables& rows, const author& origin, const outgoing_message& what,
                           timestamp sent_at) {
  instance_row* receiver = rows.instances.find(what.content.instance);
  if (receiver == nullptr && !what.creates.empty())
    receiver = &create_actor(rows, what.content.instance, what.creates, sent_at);
  if (receiver == nullptr || !receiver->is_running()) return 0;
  const std::uint64_t owner = rows.cluster.shards[receiver->shard].node;
  if (owner != nobody && (owner != origin.node || what.delivered_under == 0))
    origin.concerned.nodes.push_back(owner);
  return rows.messages.post(*receiver, what.content, what.delivered_under, sent_at);
}

post_receipt post_from_client(tables& rows, const author& origin, const client_post& what) {
  // A client makes a message when it sends it, unless it is one for later.
  const timestamp sent_at = what.content.visible_at;
  const std::uint64_t id =
      post_message(rows, origin, {what.content, what.delivered_under, what.creates}, sent_at);
  if (id != 0) return {post_outcome::accepted, id};
  const bool exists = rows.instances.find(what.content.instance) != nullptr;
  return {exists ? post_outcome::terminal : post_outcome::not_found, 0};
}

}  // namespace duroxide::internal::simulated
