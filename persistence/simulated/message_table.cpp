#include "persistence/simulated/message_table.hpp"

#include <utility>

namespace duroxide::internal::simulated {

std::uint64_t message_table::post(instance_row& receiver, message content, std::uint64_t delivered_under,
                                  timestamp sent_at) {
  const std::uint64_t id = ++last_message_;
  content.id = id;
  content.instance = receiver.id;
  content.life = receiver.key;
  message_row& row = receiver.inbox.emplace_hint(receiver.inbox.end(), id, message_row{})->second;
  row.content = std::move(content);
  row.delivered_under = delivered_under;
  row.sent_at = sent_at;
  row.receiver = &receiver;
  if (row.content.kind == message_kind::timer_due)
    receiver.timers.emplace(row.content.execution, row.content.source, id);
  receivers_.emplace(id, &receiver);
  add_to_indexes(row);
  return id;
}

void message_table::give_back(instance_row& receiver, message content, std::uint64_t delivered_under,
                              timestamp sent_at, std::int64_t place) {
  receiver.inbox.at(post(receiver, std::move(content), delivered_under, sent_at)).place = place;
}

bool message_table::erase(instance_row& receiver, std::uint64_t id) {
  const auto found = receiver.inbox.find(id);
  if (found == receiver.inbox.end()) return false;
  const message& content = found->second.content;
  if (content.kind == message_kind::timer_due) receiver.timers.erase({content.execution, content.source, id});
  remove_from_indexes(found->second);
  receivers_.erase(id);
  receiver.inbox.erase(found);
  return true;
}

void message_table::discard(std::uint64_t id) {
  if (const auto found = receivers_.find(id); found != receivers_.end()) erase(*found->second, id);
}

void message_table::erase_timers(instance_row& receiver, std::uint64_t execution, std::uint64_t source) {
  for (;;) {
    const auto found = receiver.timers.lower_bound({execution, source, 0});
    if (found == receiver.timers.end()) return;
    const auto [its_execution, its_source, id] = *found;
    if (its_execution != execution || its_source != source) return;
    erase(receiver, id);
  }
}

void message_table::clear(instance_row& receiver) {
  while (!receiver.inbox.empty()) erase(receiver, receiver.inbox.begin()->first);
}

void message_table::move(instance_row& receiver, std::uint32_t shard) {
  for (auto& [id, row] : receiver.inbox) remove_from_indexes(row);
  receiver.shard = shard;
  for (auto& [id, row] : receiver.inbox) {
    row.delivered_under = 0;
    add_to_indexes(row);
  }
}

void message_table::add_to_indexes(message_row& row) {
  row.sequence = ++last_sequence_;
  shard_row& shard = shards_[row.receiver->shard];
  shard.by_sequence.emplace_hint(shard.by_sequence.end(), row.sequence, &row);
  shard.by_time.emplace(std::pair(row.content.visible_at, row.content.id), &row);
}

void message_table::remove_from_indexes(message_row& row) {
  shard_row& shard = shards_[row.receiver->shard];
  shard.by_sequence.erase(row.sequence);
  shard.by_time.erase({row.content.visible_at, row.content.id});
}

// Each row is where it belongs, and there are no more places than rows.
bool message_table::has_consistent_indexes(const instance_table::rows_by_id& instances) const {
  std::size_t messages = 0;
  for (const auto& [id, receiver] : instances) {
    if (!has_consistent_indexes(receiver)) return false;
    messages += receiver.inbox.size();
  }
  std::size_t by_sequence = 0;
  std::size_t by_time = 0;
  for (const shard_row& shard : shards_) {
    by_sequence += shard.by_sequence.size();
    by_time += shard.by_time.size();
  }
  return receivers_.size() == messages && by_sequence == messages && by_time == messages;
}

bool message_table::has_consistent_indexes(const instance_row& receiver) const {
  if (receiver.shard >= shards_.size()) return false;
  const shard_row& shard = shards_[receiver.shard];
  std::size_t timers = 0;
  for (const auto& [id, row] : receiver.inbox) {
    const message& content = row.content;
    if (row.receiver != &receiver || content.instance != receiver.id || content.life != receiver.key)
      return false;
    if (!receivers_.contains(id) || !shard.by_sequence.contains(row.sequence) ||
        !shard.by_time.contains({content.visible_at, id}))
      return false;
    if (content.kind != message_kind::timer_due) continue;
    ++timers;
    if (!receiver.timers.contains({content.execution, content.source, id})) return false;
  }
  return timers == receiver.timers.size();
}

}  // namespace duroxide::internal::simulated
