#include "persistence/simulated/loading.hpp"

#include "persistence/page_room.hpp"

#include <algorithm>
#include <limits>
#include <tuple>

namespace duroxide::internal::simulated {

namespace {

const execution_row* current_execution(const instance_row& it) {
  const auto found = it.executions.find(it.execution);
  return found == it.executions.end() ? nullptr : &found->second;
}

instance_status status_of(const instance_row& it) {
  instance_status is;
  is.status = it.status;
  is.life = it.key;
  is.orchestration = it.orchestration;
  is.version = it.version;
  is.execution = it.execution;
  is.custom_status = it.custom_status;
  is.custom_status_version = it.custom_status_version;
  is.created_at = it.created_at;
  is.updated_at = it.updated_at;
  is.labels = it.labels;
  if (const execution_row* current = current_execution(it); current != nullptr) {
    is.output = current->output.value_or(std::string());
    is.error = current->error;
  }
  return is;
}

bool is_after(const activity_key& key, const activity_key& other) {
  return std::tie(key.life, key.execution, key.event_id) >
         std::tie(other.life, other.execution, other.event_id);
}

}  // namespace

stored_activity described(const activity_row& it) {
  stored_activity found = it.what;
  found.orchestration = it.of->orchestration;
  found.version = it.of->version;
  return found;
}

std::optional<loaded_instance> load_instance(const tables& in, const std::string& instance) {
  const instance_row* it = in.find(instance);
  if (it == nullptr) return std::nullopt;
  loaded_instance found;
  found.instance = it->id;
  found.life = it->key;
  found.shard = it->shard;
  found.status = status_of(*it);
  if (const execution_row* current = current_execution(*it); current != nullptr) found.input = current->input;
  found.parent = it->parent;
  found.root = it->root;
  found.depth = it->depth;
  found.history_format = it->history_format;
  found.history = read_history(in, instance, it->execution);
  queue_page inbox = read_inbox(in, instance, it->key, 0);
  found.inbox = std::move(inbox.messages);
  found.more_in_inbox = inbox.more;
  persistence::input_room room;
  for (const auto& [number, each] : it->activities) {
    if (each.finished) continue;
    stored_activity& unfinished = found.activities.emplace_back(described(each));
    unfinished.input_left = !room.has_room_for(unfinished);
    if (unfinished.input_left)
      unfinished.input.clear();
    else
      room.take(unfinished);
  }
  for (const auto& [key, child] : in.children_of(instance))
    if (child->is_running()) found.children.push_back(child->id);
  if (const auto probation = in.probations.find(instance); probation != in.probations.end())
    found.probation = probation->second.record;
  return found;
}

queue_page read_inbox(const tables& in, const std::string& instance, std::uint64_t life,
                      std::uint64_t after) {
  queue_page page;
  const instance_row* it = in.find(instance);
  if (it == nullptr || it->key != life) return page;
  const bool with_queues = limits::records_queues_on_arrival(it->history_format);
  persistence::page_room room(std::numeric_limits<std::size_t>::max());
  for (auto each = it->inbox.upper_bound(after); each != it->inbox.end(); ++each) {
    const message& content = each->second.content;
    if (!with_queues && content.kind == message_kind::enqueued) continue;
    if (!room.has_room_for(content)) {
      page.more = true;
      break;
    }
    room.take(page.messages.emplace_back(content));
  }
  return page;
}

queue_page read_queue(const tables& in, const std::string& instance, std::uint64_t life,
                      const std::string& queue, std::size_t limit) {
  queue_page page;
  const instance_row* it = in.find(instance);
  if (it == nullptr || it->key != life) return page;
  persistence::page_room room(limit);
  for (const message_row* each : it->messages_in_order()) {
    if (each->content.kind != message_kind::enqueued || each->content.name != queue) continue;
    if (!room.has_room_for(each->content)) {
      page.more = true;
      break;
    }
    room.take(page.messages.emplace_back(each->content));
  }
  return page;
}

instance_status read_status(const tables& in, const std::string& instance) {
  const instance_row* it = in.find(instance);
  return it == nullptr ? instance_status{} : status_of(*it);
}

std::vector<std::size_t> satisfied_waits(const tables& in, const std::vector<awaited_instance>& waits) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < waits.size(); ++i) {
    const awaited_instance& each = waits[i];
    const instance_row* it = in.find(each.instance);
    if (it == nullptr || (each.life != 0 && each.life != it->key)) {
      found.push_back(i);
      continue;
    }
    const bool has_status = each.after_custom_status && it->custom_status_version > *each.after_custom_status;
    const bool has_key = each.kv_key && it->kv.contains(*each.kv_key);
    if (!it->is_running() || has_status || has_key) found.push_back(i);
  }
  return found;
}

std::vector<std::uint64_t> read_lives(const tables& in, const std::vector<std::string>& instances) {
  std::vector<std::uint64_t> found;
  for (const std::string& each : instances) {
    const instance_row* it = in.find(each);
    found.push_back(it == nullptr ? 0 : it->key);
  }
  return found;
}

std::vector<history_row> read_history(const tables& in, const std::string& instance,
                                      std::uint64_t execution) {
  const instance_row* it = in.find(instance);
  if (it == nullptr) return {};
  const auto found = it->history.find(execution == 0 ? it->execution : execution);
  return found == it->history.end() ? std::vector<history_row>() : found->second;
}

std::vector<kv_entry> read_kv(const tables& in, const std::string& instance,
                              const std::optional<std::string>& key) {
  std::vector<kv_entry> found;
  const instance_row* it = in.find(instance);
  if (it == nullptr) return found;
  if (key) {
    if (const auto entry = it->kv.find(*key); entry != it->kv.end()) found.push_back(entry->second);
    return found;
  }
  for (const auto& [name, entry] : it->kv) found.push_back(entry);
  return found;
}

std::vector<activity_state> read_activity_states(const tables& in, const std::string& instance) {
  std::vector<activity_state> found;
  const instance_row* it = in.find(instance);
  if (it == nullptr) return found;
  for (const auto& [number, each] : it->activities) {
    if (each.finished) continue;
    const stored_activity& what = each.what;
    found.push_back({what.key, what.name, what.tag, what.session, what.attempt, each.progress,
                     each.progress_at.value_or(timestamp())});
  }
  return found;
}

std::vector<stored_activity> read_activities(const tables& in, const activity_query& query) {
  std::vector<stored_activity> found;
  const auto is_wanted = [&](std::uint32_t shard) {
    return in.owns(query.node, shard) && std::ranges::find(query.shards, shard) != query.shards.end();
  };
  const auto& instances = in.with_activities();
  const std::uint64_t first = query.after ? query.after->life : 0;
  persistence::page_room room(query.limit);
  for (auto at = instances.lower_bound(first); at != instances.end() && !room.is_full(); ++at) {
    if (!is_wanted((*at)->shard)) continue;
    for (const auto& [number, each] : (*at)->activities) {
      const bool is_ours = each.owner == query.node && !each.what.claimable && !each.finished;
      if (!is_ours && !each.is_claimable()) continue;
      if (query.after && !is_after(each.what.key, *query.after)) continue;
      if (room.is_full()) break;
      room.take(found.emplace_back(described(each)).input.size());
    }
  }
  return found;
}

}  // namespace duroxide::internal::simulated
