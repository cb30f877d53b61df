#include "persistence/simulated/tables.hpp"

#include <algorithm>
#include <tuple>

namespace duroxide::internal::simulated {

namespace {

// `Instance`: an instance_row, const or not.
template <class Instance> auto activity_in(Instance& of, const activity_key& key) {
  if (key.life != 0 && key.life != of.key) return decltype(&of.activities.begin()->second)(nullptr);
  const auto found = of.activities.find({key.execution, key.event_id});
  return found == of.activities.end() ? nullptr : &found->second;
}

}  // namespace

bool tables::by_turn_to_run::operator()(const activity_row* a, const activity_row* b) const {
  const activity_key& left = a->what.key;
  const activity_key& right = b->what.key;
  return std::tie(a->what.due, left.life, left.execution, left.event_id) <
         std::tie(b->what.due, right.life, right.execution, right.event_id);
}

bool tables::is_member(std::uint64_t node) const {
  const auto found = nodes.find(node);
  return found != nodes.end() && found->second.is_alive();
}

// -- instances ------------------------------------------------------------------

instance_row* tables::find(std::string_view id) {
  const auto found = instances_.find(id);
  return found == instances_.end() ? nullptr : &found->second;
}

const instance_row* tables::find(std::string_view id) const {
  const auto found = instances_.find(id);
  return found == instances_.end() ? nullptr : &found->second;
}

const std::map<std::uint64_t, instance_row*>& tables::children_of(const std::string& parent) const {
  static const std::map<std::uint64_t, instance_row*> none;
  const auto found = children_.find(parent);
  return found == children_.end() ? none : found->second;
}

bool tables::is_closed(std::uint64_t root) const {
  const auto found = by_key_.find(root);
  if (found == by_key_.end() || !found->second->is_running()) return true;
  return std::ranges::any_of(found->second->inbox, [](const auto& each) {
    const message& content = each.second.content;
    return content.kind == message_kind::cancel && content.name.empty();
  });
}

std::vector<std::pair<instance_row*, std::uint32_t>> tables::family_of(const instance_row& root) const {
  std::vector<std::pair<instance_row*, std::uint32_t>> family{{by_key_.at(root.key), 0}};
  std::set<std::uint64_t> known{root.key};
  for (std::size_t begin = 0; begin < family.size();) {
    const std::uint32_t depth = family[begin].second;
    std::map<std::uint64_t, instance_row*> below;
    for (; begin < family.size() && family[begin].second == depth; ++begin)
      for (const auto& [key, child] : children_of(family[begin].first->id))
        if (known.insert(key).second) below.emplace(key, child);
    for (const auto& [key, child] : below) family.emplace_back(child, depth + 1);
  }
  return family;
}

instance_row& tables::add(instance_row it) {
  std::string id = it.id;
  instance_row& row = instances_.emplace(std::move(id), std::move(it)).first->second;
  row.key = ++last_key_;
  by_key_.emplace(row.key, &row);
  if (row.parent) children_[row.parent->instance].emplace(row.key, &row);
  auto messages = std::exchange(row.inbox, {});
  for (auto& [old_id, each] : messages) {
    const std::uint64_t made = post(row, std::move(each.content), each.delivered_under, each.sent_at);
    row.inbox.at(made).crash_count = each.crash_count;
  }
  auto activities = std::exchange(row.activities, {});
  for (auto& [number, each] : activities) add(row, std::move(each));
  return row;
}

void tables::erase(instance_row& it) {
  clear_inbox(it);
  while (!it.activities.empty()) erase(it.activities.begin()->second);
  probations.erase(it.id);
  by_key_.erase(it.key);
  if (it.parent) {
    const auto siblings = children_.find(it.parent->instance);
    siblings->second.erase(it.key);
    if (siblings->second.empty()) children_.erase(siblings);
  }
  instances_.erase(instances_.find(it.id));
}

void tables::move(instance_row& it, std::uint32_t shard) {
  for (auto& [id, each] : it.inbox) leave_orders(each);
  it.shard = shard;
  for (auto& [id, each] : it.inbox) {
    each.delivered_under = 0;
    enter_orders(each);
  }
}

// -- messages -------------------------------------------------------------------

std::uint64_t tables::post(instance_row& to, message content, std::uint64_t delivered_under,
                           timestamp sent_at) {
  const std::uint64_t id = ++last_message_;
  content.id = id;
  content.instance = to.id;
  content.life = to.key;
  message_row& row = to.inbox.emplace_hint(to.inbox.end(), id, message_row{})->second;
  row.content = std::move(content);
  row.delivered_under = delivered_under;
  row.sent_at = sent_at;
  row.to = &to;
  if (row.content.kind == message_kind::timer_due)
    to.timers.emplace(row.content.execution, row.content.source, id);
  receivers_.emplace(id, &to);
  enter_orders(row);
  return id;
}

void tables::give_back(instance_row& to, message content, std::uint64_t delivered_under, timestamp sent_at,
                       std::int64_t place) {
  to.inbox.at(post(to, std::move(content), delivered_under, sent_at)).place = place;
}

bool tables::erase_message(instance_row& of, std::uint64_t id) {
  const auto found = of.inbox.find(id);
  if (found == of.inbox.end()) return false;
  const message& content = found->second.content;
  if (content.kind == message_kind::timer_due) of.timers.erase({content.execution, content.source, id});
  leave_orders(found->second);
  receivers_.erase(id);
  of.inbox.erase(found);
  return true;
}

void tables::discard(std::uint64_t id) {
  if (const auto found = receivers_.find(id); found != receivers_.end()) erase_message(*found->second, id);
}

void tables::erase_timers(instance_row& of, std::uint64_t execution, std::uint64_t source) {
  for (;;) {
    const auto found = of.timers.lower_bound({execution, source, 0});
    if (found == of.timers.end()) return;
    const auto [its_execution, its_source, id] = *found;
    if (its_execution != execution || its_source != source) return;
    erase_message(of, id);
  }
}

void tables::clear_inbox(instance_row& of) {
  while (!of.inbox.empty()) erase_message(of, of.inbox.begin()->first);
}

void tables::enter_orders(message_row& it) {
  it.sequence = ++last_sequence_;
  shard_row& shard = shards[it.to->shard];
  shard.by_sequence.emplace_hint(shard.by_sequence.end(), it.sequence, &it);
  shard.by_time.emplace(std::pair(it.content.visible_at, it.content.id), &it);
}

void tables::leave_orders(message_row& it) {
  shard_row& shard = shards[it.to->shard];
  shard.by_sequence.erase(it.sequence);
  shard.by_time.erase({it.content.visible_at, it.content.id});
}

// -- activities -----------------------------------------------------------------

activity_row* tables::find(const activity_key& key) {
  instance_row* of = find(key.instance);
  return of == nullptr ? nullptr : activity_in(*of, key);
}

const activity_row* tables::find(const activity_key& key) const {
  const instance_row* of = find(key.instance);
  return of == nullptr ? nullptr : activity_in(*of, key);
}

void tables::add(instance_row& to, activity_row it) {
  it.of = &to;
  it.what.key.instance = to.id;
  it.what.key.life = to.key;
  if (to.activities.empty()) with_activities_.insert(&to);
  const activity_key& key = it.what.key;
  const instance_row::event_of_execution number{key.execution, key.event_id};
  enter_orders(to.activities.emplace(number, std::move(it)).first->second);
}

void tables::erase(activity_row& it) {
  instance_row& of = *it.of;
  leave_orders(it);
  of.activities.erase({it.what.key.execution, it.what.key.event_id});
  if (of.activities.empty()) with_activities_.erase(&of);
}

void tables::enter_orders(activity_row& it) {
  if (it.is_claimable()) claimable_.insert(&it);
  if (it.owner != nobody && it.what.session) ++in_hands_[it.owner][*it.what.session];
}

void tables::leave_orders(activity_row& it) {
  if (it.is_claimable()) claimable_.erase(&it);
  if (it.owner == nobody || !it.what.session) return;
  const auto hands = in_hands_.find(it.owner);
  const auto session = hands->second.find(*it.what.session);
  if (--session->second == 0) hands->second.erase(session);
  if (hands->second.empty()) in_hands_.erase(hands);
}

const std::map<std::string, std::size_t>& tables::sessions_in_hands(std::uint64_t node) const {
  static const std::map<std::string, std::size_t> none;
  const auto found = in_hands_.find(node);
  return found == in_hands_.end() ? none : found->second;
}

}  // namespace duroxide::internal::simulated
