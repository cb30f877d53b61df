#include "tests/persistence/conformance/model.hpp"

#include <algorithm>
#include <sstream>

namespace duroxide::conformance {

namespace {

std::string row_of(std::uint64_t first, std::uint32_t count) {
  return std::to_string(first) + "+" + std::to_string(count);
}

// Both sides are put into words here, so that only what differs can differ.
std::string describe(const modelled_instance& instance) {
  std::ostringstream out;
  out << to_string(instance.status) << " in execution " << instance.execution << ", custom status '"
      << instance.custom_status << "'\nhistory:";
  for (const auto& each : instance.history) out << " " << each;
  out << "\ninbox:";
  for (const auto& each : instance.inbox) out << " " << each.label;
  out << "\nactivities:";
  for (const auto each : instance.activities) out << " " << each;
  out << "\nkv:";
  for (const auto& [key, value] : instance.kv) out << " " << key << "=" << value;
  out << "\nlabels:";
  for (const auto& [name, value] : instance.labels) out << " " << name << "=" << value;
  return out.str();
}

std::string value_in_words(const label& each) { return std::string(to_string(each.type)) + ":" + each.value; }

// Whether all that the turn relies on is there.
bool holds(const modelled_instance& instance, const turn_commit& turn,
           const std::vector<std::string>& consumed) {
  for (const history_row& row : turn.history)
    if (row.execution == instance.execution && row.first_event_id < instance.next_event) return false;
  for (const std::uint64_t event : turn.finished_activities)
    if (!instance.activities.contains(event)) return false;
  return consumed.size() == turn.consumed.size();
}

}  // namespace

std::string label_of(const message& content) {
  const std::string kind(to_string(content.kind));
  switch (content.kind) {
  case message_kind::start: return kind + "#" + std::to_string(content.execution);
  case message_kind::timer_due:
    return kind + "#" + std::to_string(content.execution) + "/" + std::to_string(content.source);
  default: return kind + ":" + content.name;
  }
}

bool store_model::runs(const std::string& instance) const {
  const auto found = instances.find(instance);
  return found != instances.end() && !is_terminal(found->second.status);
}

turn_outcome store_model::apply(const turn_commit& turn, const std::vector<std::string>& consumed) {
  if (turn.creates) {
    if (instances.contains(turn.instance)) return turn_outcome::already_exists;
    instances[turn.instance] = {};
  }
  modelled_instance& instance = instances.at(turn.instance);
  if (!holds(instance, turn, consumed)) return turn_outcome::stale;
  instance.status = turn.update.status;
  if (turn.update.custom_status) instance.custom_status = turn.update.custom_status->value_or("");
  for (const std::string& label : consumed)
    instance.inbox.erase(std::ranges::find(instance.inbox, label, &modelled_message::label));
  for (const auto event : turn.finished_activities) instance.activities.erase(event);
  for (const auto event : turn.cancelled_activities) instance.activities.erase(event);
  for (const auto source : turn.cancelled_timers) {
    const std::string label = "timer_due#" + std::to_string(turn.execution) + "/" + std::to_string(source);
    std::erase_if(instance.inbox, [&](const modelled_message& each) { return each.label == label; });
  }
  if (turn.kv_cleared) instance.kv.clear();
  for (const kv_change& each : turn.kv) {
    if (each.value)
      instance.kv[each.key] = *each.value;
    else
      instance.kv.erase(each.key);
  }
  for (const label_change& each : turn.labels) {
    if (each.is_removed)
      instance.labels.erase(each.wanted.name);
    else
      instance.labels[each.wanted.name] = value_in_words(each.wanted);
  }
  for (const history_row& row : turn.history) {
    instance.history.push_back(row_of(row.first_event_id, row.count));
    instance.next_event = row.first_event_id + row.count;
  }
  for (const stored_activity& each : turn.activities) instance.activities.insert(each.key.event_id);
  for (const outgoing_message& each : turn.messages)
    instances.at(each.content.instance).inbox.push_back({label_of(each.content), each.delivered_under != 0});
  if (is_terminal(instance.status)) instance.inbox.clear();  // nobody will read it
  if (turn.begins) {
    instance.execution = turn.begins->execution;
    instance.history.clear();
    instance.next_event = 1;
    instance.inbox.push_back(
        {"start#" + std::to_string(instance.execution), turn.begins->delivered_under != 0});
  }
  return turn_outcome::committed;
}

bool store_model::start(const instance_start& what, bool replace_terminal) {
  modelled_instance fresh;
  if (const auto found = instances.find(what.instance); found != instances.end()) {
    if (!replace_terminal || !is_terminal(found->second.status)) return false;
    fresh.execution = found->second.execution + 1;
  }
  fresh.inbox.push_back({"start#" + std::to_string(fresh.execution), false});
  instances[what.instance] = fresh;
  return true;
}

post_outcome store_model::post(const message& content, bool delivered) {
  const auto found = instances.find(content.instance);
  if (found == instances.end()) return post_outcome::not_found;
  if (is_terminal(found->second.status)) return post_outcome::terminal;
  found->second.inbox.push_back({label_of(content), delivered});
  return post_outcome::accepted;
}

void store_model::forget_deliveries() {
  for (auto& [id, instance] : instances)
    for (modelled_message& each : instance.inbox) each.delivered = false;
}

std::string store_model::seen(const std::string& instance) const {
  const auto found = instances.find(instance);
  return found == instances.end() ? "" : describe(found->second);
}

std::multiset<std::string> store_model::undelivered() const {
  std::multiset<std::string> found;
  for (const auto& [id, instance] : instances)
    for (const modelled_message& each : instance.inbox)
      if (!each.delivered) found.insert(id + " " + each.label);
  return found;
}

std::string seen_in(provider& store, const std::string& instance) {
  const auto loaded = store.load(instance).value();
  const instance_status status = store.status(instance).value();
  if (!loaded) return status.status == runtime_status::not_found ? "" : "it cannot be loaded";
  modelled_instance content;
  content.status = status.status;
  content.execution = status.execution;
  content.custom_status = status.custom_status.value_or("");
  for (const history_row& row : loaded->history)
    content.history.push_back(row_of(row.first_event_id, row.count));
  for (const message& each : loaded->inbox) content.inbox.push_back({label_of(each)});
  for (const stored_activity& each : loaded->activities) content.activities.insert(each.key.event_id);
  const auto entries = store.kv(instance, std::nullopt).value();
  for (const kv_entry& each : entries) content.kv[each.key] = each.value;
  for (const label& each : status.labels) content.labels[each.name] = value_in_words(each);
  return describe(content);
}

}  // namespace duroxide::conformance
