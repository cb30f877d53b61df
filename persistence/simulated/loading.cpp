#include "persistence/simulated/loading.hpp"

#include "duroxide/detail/pause_signal.hpp"
#include "duroxide/detail/rewind_signal.hpp"
#include "persistence/inbox_rows.hpp"
#include "persistence/page_room.hpp"

#include <algorithm>
#include <limits>
#include <tuple>

namespace duroxide::internal::simulated {

namespace {

const execution_row* current_execution(const instance_row& row) {
  const auto found = row.executions.find(row.execution);
  return found == row.executions.end() ? nullptr : &found->second;
}

instance_status status_of(const instance_row& row) {
  instance_status status;
  status.status = row.status;
  status.life = row.key;
  status.orchestration = row.orchestration;
  status.version = row.version;
  status.execution = row.execution;
  status.custom_status = row.custom_status;
  status.custom_status_version = row.custom_status_version;
  status.created_at = row.created_at;
  status.updated_at = row.updated_at;
  status.labels = row.labels;
  if (const execution_row* current = current_execution(row); current != nullptr) {
    status.output = current->output.value_or(std::string());
    status.error = current->error;
  }
  return status;
}

bool is_after(const activity_key& key, const activity_key& other) {
  return std::tie(key.life, key.execution, key.event_id) >
         std::tie(other.life, other.execution, other.event_id);
}

queue_page read_signals(const instance_row& row) {
  queue_page page;
  for (const auto& [id, each] : row.inbox)
    if (duroxide::detail::needs_no_code(each.content)) page.messages.push_back(each.content);
  return page;
}

}  // namespace

stored_activity described(const activity_row& row) {
  stored_activity found = row.what;
  found.orchestration = row.instance->orchestration;
  found.version = row.instance->version;
  return found;
}

std::optional<loaded_instance> load_instance(const tables& rows, const std::string& instance) {
  const instance_row* row = rows.instances.find(instance);
  if (row == nullptr) return std::nullopt;
  loaded_instance found;
  found.instance = row->id;
  found.life = row->key;
  found.shard = row->shard;
  found.status = status_of(*row);
  if (const execution_row* current = current_execution(*row); current != nullptr)
    found.input = current->input;
  found.parent = row->parent;
  found.root = row->root;
  found.depth = row->depth;
  found.history_format = row->history_format;
  found.history = read_history(rows, instance, row->execution);
  if (const auto problem = rows.problems.find(row->key); problem != rows.problems.end()) {
    found.has_problem = true;
    if (problem->second.kind == problem_kind::paused) found.pause = problem->second;
  }
  queue_page inbox = found.pause ? read_signals(*row) : read_inbox(rows, instance, row->key, 0);
  if (inbox.more) persistence::append_signals_behind(inbox, read_signals(*row));
  found.inbox = std::move(inbox.messages);
  found.more_in_inbox = inbox.more;
  if (std::ranges::any_of(found.inbox, duroxide::detail::is_rewind_signal))
    for (const auto& [number, each] : row->inbox)
      if (each.content.kind == message_kind::activity_done && each.content.execution == row->execution)
        found.answered_activities.push_back(each.content.source);
  persistence::input_room room;
  for (const auto& [number, each] : row->activities) {
    if (each.finished) continue;
    stored_activity& unfinished = found.activities.emplace_back(described(each));
    unfinished.input_left = !room.has_room_for(unfinished);
    if (unfinished.input_left)
      unfinished.input.clear();
    else
      room.take(unfinished);
  }
  for (const auto& [key, child] : rows.instances.children_of(instance))
    if (child->is_running()) found.children.push_back(child->id);
  if (const auto probation = rows.probations.find(instance); probation != rows.probations.end())
    found.probation = probation->second.record;
  found.actor = read_actor(rows, instance);
  return found;
}

queue_page read_inbox(const tables& rows, const std::string& instance, std::uint64_t life,
                      std::uint64_t after) {
  queue_page page;
  const instance_row* row = rows.instances.find(instance);
  if (row == nullptr || row->key != life) return page;
  const bool with_queues = limits::records_queues_on_arrival(row->history_format);
  persistence::page_room room(std::numeric_limits<std::size_t>::max());
  for (auto each = row->inbox.upper_bound(after); each != row->inbox.end(); ++each) {
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

queue_page read_queue(const tables& rows, const std::string& instance, std::uint64_t life,
                      const std::string& queue, std::size_t limit) {
  queue_page page;
  const instance_row* row = rows.instances.find(instance);
  if (row == nullptr || row->key != life) return page;
  persistence::page_room room(limit);
  for (const message_row* each : row->messages_in_order()) {
    if (each->content.kind != message_kind::enqueued || each->content.name != queue) continue;
    if (!room.has_room_for(each->content)) {
      page.more = true;
      break;
    }
    room.take(page.messages.emplace_back(each->content));
  }
  return page;
}

instance_status read_status(const tables& rows, const std::string& instance) {
  const instance_row* row = rows.instances.find(instance);
  return row == nullptr ? instance_status{} : status_of(*row);
}

std::vector<std::size_t> satisfied_waits(const tables& rows, const std::vector<awaited_instance>& waits) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < waits.size(); ++i) {
    const awaited_instance& each = waits[i];
    if (each.command_id) {
      if (rows.find_answer(each.instance, *each.command_id) != nullptr) found.push_back(i);
      continue;
    }
    const instance_row* row = rows.instances.find(each.instance);
    if (row == nullptr || (each.life != 0 && each.life != row->key)) {
      found.push_back(i);
      continue;
    }
    const bool has_status =
        each.after_custom_status && row->custom_status_version > *each.after_custom_status;
    const bool has_key = each.kv_key && row->kv.contains(*each.kv_key);
    if (!row->is_running() || has_status || has_key) found.push_back(i);
  }
  return found;
}

std::vector<std::uint64_t> read_lives(const tables& rows, const std::vector<std::string>& instances) {
  std::vector<std::uint64_t> found;
  for (const std::string& each : instances) {
    const instance_row* row = rows.instances.find(each);
    found.push_back(row == nullptr ? 0 : row->key);
  }
  return found;
}

std::optional<actor_state> read_actor(const tables& rows, const std::string& instance) {
  const instance_row* row = rows.instances.find(instance);
  if (row == nullptr || !row->actor) return std::nullopt;
  return row->actor->state;
}

std::vector<history_row> read_history(const tables& rows, const std::string& instance,
                                      std::uint64_t execution) {
  const instance_row* row = rows.instances.find(instance);
  if (row == nullptr) return {};
  const auto found = row->history.find(execution == 0 ? row->execution : execution);
  return found == row->history.end() ? std::vector<history_row>() : found->second;
}

std::vector<kv_entry> read_kv(const tables& rows, const std::string& instance,
                              const std::optional<std::string>& key) {
  std::vector<kv_entry> found;
  const instance_row* row = rows.instances.find(instance);
  if (row == nullptr) return found;
  if (key) {
    if (const auto entry = row->kv.find(*key); entry != row->kv.end()) found.push_back(entry->second);
    return found;
  }
  for (const auto& [name, entry] : row->kv) found.push_back(entry);
  return found;
}

std::vector<activity_state> read_activity_states(const tables& rows, const std::string& instance) {
  std::vector<activity_state> found;
  const instance_row* row = rows.instances.find(instance);
  if (row == nullptr) return found;
  for (const auto& [number, each] : row->activities) {
    if (each.finished) continue;
    const stored_activity& what = each.what;
    found.push_back({what.key, what.name, what.tag, what.session, what.attempt, each.progress,
                     each.progress_at.value_or(timestamp())});
  }
  return found;
}

std::vector<stored_activity> read_activities(const tables& rows, const persistence::activity_query& query) {
  std::vector<stored_activity> found;
  const auto is_wanted = [&](std::uint32_t shard) {
    return rows.cluster.owns(query.node, shard) &&
           std::ranges::find(query.shards, shard) != query.shards.end();
  };
  const auto& instances = rows.activities.instances();
  const std::uint64_t first = query.after ? query.after->life : 0;
  persistence::page_room room(query.limit);
  for (auto next = instances.lower_bound(first); next != instances.end() && !room.is_full(); ++next) {
    if (!is_wanted((*next)->shard)) continue;
    for (const auto& [number, each] : (*next)->activities) {
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
