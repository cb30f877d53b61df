// Events of a history as JSON: only the members that an event of its kind uses.
#include "api/operations/answers.hpp"
#include "api/operations/times.hpp"

namespace duroxide::operations {

namespace {

using boost::json::object;

// What `data` is called in an event of this kind; empty: it has none.
std::string_view name_of_data(event_kind kind) {
  switch (kind) {
  case event_kind::orchestration_started:
  case event_kind::activity_scheduled:
  case event_kind::sub_orchestration_scheduled:
  case event_kind::command_sent:
  case event_kind::orchestration_detached:
  case event_kind::orchestration_rewound:
  case event_kind::orchestration_continued_as_new: return "input";
  case event_kind::orchestration_completed:
  case event_kind::activity_completed:
  case event_kind::sub_orchestration_completed:
  case event_kind::command_answered: return "output";
  case event_kind::external_raised:
  case event_kind::queue_message: return "payload";
  case event_kind::kv_set:
  case event_kind::random_recorded: return "value";
  default: return {};
  }
}

std::string_view name_of_text(event_kind kind) {
  switch (kind) {
  case event_kind::orchestration_started:
  case event_kind::custom_status_updated: return "custom_status";
  case event_kind::label_set: return "type";
  default: return "reason";
  }
}

void add_optional(object& to, std::string_view name, const std::optional<std::string>& text) {
  if (text) to[name] = json_of_text(*text);
}

void add_references(object& to, const history_event& event) {
  add_optional(to, "version", event.version);
  add_optional(to, "instance", event.instance);
  add_optional(to, "tag", event.tag);
  add_optional(to, "session", event.session);
  if (event.attempt > 1) to["attempt"] = event.attempt;
  if (event.retry_of != 0) to["retry_of"] = event.retry_of;
  if (event.due) to["due"] = text_of(*event.due);
  if (event.parent)
    to["parent"] = object{{"id", json_of_text(event.parent->instance)},
                          {"execution", event.parent->execution},
                          {"event", event.parent->event_id}};
}

}  // namespace

object json_of(const history_event& event) {
  object all{
      {"event", event.id}, {"kind", to_string(event.kind)}, {"recorded_at", text_of(event.recorded_at)}};
  if (event.source != 0) all["source"] = event.source;
  if (!event.name.empty()) all["name"] = json_of_text(event.name);
  if (event.kind == event_kind::guid_recorded || event.kind == event_kind::label_set) {
    all["value"] = json_of_text(event.data);
  } else if (const auto name = name_of_data(event.kind); !name.empty()) {
    const bool keeps_input = event.kind == event_kind::orchestration_rewound && event.data.empty();
    if (!keeps_input) all[name] = json_of_payload(event.data);
  }
  add_optional(all, name_of_text(event.kind), event.text);
  add_references(all, event);
  if (event.error) all["error"] = json_of(*event.error);
  if (!event.kv.empty()) {
    object& values = all["kv"].emplace_object();
    for (const kv_entry& each : event.kv) values[each.key] = json_of_payload(each.value);
  }
  if (!event.labels.empty()) all["labels"] = json_of_labels(event.labels);
  if (!event.build.empty()) all["build"] = json_of_text(event.build);
  return all;
}

}  // namespace duroxide::operations
