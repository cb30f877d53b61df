#include "persistence/simulated/sending.hpp"

#include "persistence/start_message.hpp"

#include <algorithm>
#include <utility>

namespace duroxide::internal::simulated {

instance_row* create_instance(tables& in, const instance_start& what, const instance_update& state,
                              std::uint64_t execution, std::uint64_t starter) {
  if (in.find(what.instance) != nullptr) return nullptr;
  instance_row it;
  it.id = what.instance;
  it.shard = shard_of(what.instance, in.shard_count());
  it.orchestration = what.orchestration;
  it.version = state.version.value_or(what.version);
  it.status = state.status;
  it.execution = execution;
  it.parent = what.parent;
  if (what.parent) it.root = what.root != 0 ? what.root : starter;
  it.depth = what.depth;
  it.created_at = it.updated_at = what.created_at;
  if (what.history_format != 0) it.history_format = what.history_format;
  it.labels = what.labels;
  std::ranges::sort(it.labels, {}, &label::name);
  if (state.custom_status) {
    it.custom_status = *state.custom_status;
    it.custom_status_version = 1;
  }
  execution_row& first = it.executions[execution];
  first.started_at = what.created_at;
  first.input = what.input;
  return &in.add(std::move(it));
}

std::uint64_t start_instance(tables& in, const author& by, const instance_start& what,
                             std::uint64_t delivered_under, std::uint64_t execution, std::uint64_t starter) {
  instance_update pending;
  pending.status = runtime_status::pending;
  if (create_instance(in, what, pending, execution, starter) == nullptr) return 0;
  const timestamp due = what.start_at.value_or(what.created_at);
  return post_message(in, by, persistence::start_message(what.instance, execution, due, delivered_under),
                      what.created_at);
}

// The executions are counted on, so that nothing that is still on its way from the old instance is taken for
// an answer to the new one.
std::uint64_t replace_ended(tables& in, const author& by, const instance_start& what) {
  std::uint64_t last = 0;
  if (instance_row* old = in.find(what.instance); old != nullptr) {
    const auto family = in.family_of(*old);
    if (std::ranges::any_of(family, [](const auto& each) { return each.first->is_running(); })) return 0;
    last = old->execution;
    for (const auto& [each, depth] : family) in.erase(*each);
  }
  return start_instance(in, by, what, 0, last + 1);
}

std::uint64_t post_message(tables& in, const author& by, const outgoing_message& what, timestamp sent_at) {
  instance_row* to = in.find(what.content.instance);
  if (to == nullptr || !to->is_running()) return 0;
  const std::uint64_t owner = in.shards[to->shard].node;
  if (owner != nobody && (owner != by.node || what.delivered_under == 0)) by.whom.nodes.push_back(owner);
  return in.post(*to, what.content, what.delivered_under, sent_at);
}

post_receipt post_from_client(tables& in, const author& by, const client_post& what) {
  // A client makes a message when it sends it, unless it is one for later.
  const timestamp sent_at = what.content.visible_at;
  const std::uint64_t id = post_message(in, by, {what.content, what.delivered_under}, sent_at);
  if (id != 0) return {post_outcome::accepted, id};
  const bool exists = in.find(what.content.instance) != nullptr;
  return {exists ? post_outcome::terminal : post_outcome::not_found, 0};
}

}  // namespace duroxide::internal::simulated
