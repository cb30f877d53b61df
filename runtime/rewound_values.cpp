#include "runtime/rewound_values.hpp"

#include "duroxide/detail/label_signal.hpp"

#include <map>
#include <set>
#include <string>
#include <utility>

namespace duroxide::internal {

namespace {

// What the events up to some point have made of them.
struct values {
  std::optional<std::string> custom_status;
  std::map<std::string, kv_entry> kv;
  std::map<std::string, label> labels;

  void apply(const history_event& event) {
    switch (event.kind) {
    case event_kind::orchestration_started:
      custom_status = event.text;
      for (const kv_entry& each : event.kv) kv.emplace(each.key, each);
      for (const label& each : event.labels) labels.emplace(each.name, each);
      return;
    case event_kind::custom_status_updated: custom_status = event.text; return;
    case event_kind::kv_set: kv[event.name] = {event.name, event.data, event.recorded_at}; return;
    case event_kind::kv_cleared: kv.erase(event.name); return;
    case event_kind::kv_all_cleared: kv.clear(); return;
    case event_kind::label_set:
      labels[event.name] = {event.name, event.data, label_type_from(event.text.value_or(std::string()))};
      return;
    case event_kind::label_cleared: labels.erase(event.name); return;
    case event_kind::external_raised: return set_from_outside(event);
    default: return;
    }
  }

  void set_from_outside(const history_event& event) {
    if (event.name != detail::label_event) return;
    const auto change = detail::label_change_from(event.data);
    if (!change) return;
    if (change->is_removed)
      labels.erase(change->wanted.name);
    else
      labels[change->wanted.name] = change->wanted;
  }
};

}  // namespace

void restore_values(const std::vector<history_event>& history, std::uint64_t event, turn& made) {
  values before;
  bool sets_status = false;
  std::set<std::string> labels;
  for (const history_event& each : history) {
    if (each.id < event) {
      before.apply(each);
      continue;
    }
    sets_status |= each.kind == event_kind::custom_status_updated;
    made.kv_cleared |= each.kind == event_kind::kv_set || each.kind == event_kind::kv_cleared ||
                       each.kind == event_kind::kv_all_cleared;
    if (each.kind == event_kind::label_set || each.kind == event_kind::label_cleared)
      labels.insert(each.name);
  }
  if (sets_status) made.custom_status = before.custom_status;
  if (made.kv_cleared)
    for (auto& [key, entry] : before.kv) made.kv.push_back({key, entry.value, entry.updated_at});
  for (const std::string& name : labels) {
    const auto found = before.labels.find(name);
    if (found == before.labels.end())
      made.labels.push_back({label{name, {}}, true});
    else
      made.labels.push_back({found->second, false});
  }
}

}  // namespace duroxide::internal
