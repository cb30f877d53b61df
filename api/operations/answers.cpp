#include "api/operations/answers.hpp"

#include "duroxide/detail/read_json.hpp"
#include "duroxide/utf8.hpp"
#include "api/operations/base64.hpp"
#include "api/operations/times.hpp"

#include <utility>

namespace duroxide::operations {

namespace {

using boost::json::object;

void add_text(object& to, std::string_view name, const std::string& text) {
  if (!text.empty()) to[name] = json_of_text(text);
}

void add_payload(object& to, std::string_view name, const std::optional<std::string>& payload) {
  if (payload) to[name] = json_of_payload(*payload);
}

void add_error(object& to, const std::optional<error_details>& failure) {
  if (failure) to["error"] = json_of(*failure);
}

void add_time(object& to, std::string_view name, timestamp time) {
  if (time != timestamp{}) to[name] = text_of(time);
}

boost::json::array texts_of(const std::vector<std::string>& texts) {
  boost::json::array all;
  for (const std::string& each : texts) all.emplace_back(json_of_text(each));
  return all;
}

}  // namespace

boost::json::value json_of_text(std::string_view bytes) {
  if (is_utf8(bytes)) return boost::json::value(bytes);
  return object{{"$base64", base64_of(bytes)}};
}

boost::json::value json_of_payload(std::string_view bytes) {
  if (!is_utf8(bytes)) return object{{"$base64", base64_of(bytes)}};
  boost::json::error_code failed;
  std::size_t read = 0;
  boost::json::value parsed = duroxide::detail::read_json(bytes, failed, read);
  if (failed || read != bytes.size()) return object{{"$text", bytes}};
  return parsed;
}

object json_of_labels(const std::vector<label>& labels) {
  object all;
  for (const label& each : labels) all[each.name] = json_of_text(each.value);
  return all;
}

object json_of(const error_details& failure) {
  object all{{"kind", to_string(failure.kind)},
             {"category", to_string(failure.category)},
             {"message", json_of_text(failure.message)},
             {"retryable", failure.retryable}};
  add_text(all, "source", failure.source);
  add_text(all, "type", failure.type);
  add_text(all, "stack", failure.stack);
  return all;
}

object json_of(const instance_summary& instance) {
  object all{{"id", json_of_text(instance.instance)}, {"status", to_string(instance.status)}};
  add_text(all, "orchestration", instance.orchestration);
  add_text(all, "version", instance.version);
  all["execution"] = instance.execution;
  if (instance.parent) all["parent"] = json_of_text(*instance.parent);
  add_time(all, "created_at", instance.created_at);
  add_time(all, "updated_at", instance.updated_at);
  all["labels"] = json_of_labels(instance.labels);
  add_text(all, "unreadable", instance.unreadable);
  return all;
}

object json_of(const instance_info& instance) {
  object all = json_of(instance.summary);
  if (instance.parent)
    all["started_by"] = object{{"id", json_of_text(instance.parent->instance)},
                               {"execution", instance.parent->execution},
                               {"event", instance.parent->event_id}};
  if (!instance.input.empty()) all["input"] = json_of_payload(instance.input);  // a durable actor has none
  add_payload(all, "output", instance.output);
  add_error(all, instance.error);
  if (instance.custom_status) all["custom_status"] = json_of_text(*instance.custom_status);
  all["history_format"] = instance.history_format;
  return all;
}

object json_of(const instance_in_tree& instance) {
  object all = json_of(instance.summary);
  all["depth"] = instance.depth;
  return all;
}

object json_of(const execution_info& execution) {
  object all{{"execution", execution.execution},
             {"status", to_string(execution.status)},
             {"started_at", text_of(execution.started_at)},
             {"events", execution.event_count},
             {"input", json_of_payload(execution.input)}};
  if (execution.ended_at) all["ended_at"] = text_of(*execution.ended_at);
  add_payload(all, "output", execution.output);
  add_error(all, execution.error);
  add_text(all, "unreadable", execution.unreadable);
  return all;
}

object json_of(const instance_status& status) {
  object all{{"status", to_string(status.status)}, {"life", status.life}};
  add_text(all, "orchestration", status.orchestration);
  add_text(all, "version", status.version);
  all["execution"] = status.execution;
  if (status.status == runtime_status::completed) all["output"] = json_of_payload(status.output);
  add_error(all, status.error);
  if (status.custom_status) all["custom_status"] = json_of_text(*status.custom_status);
  all["custom_status_version"] = status.custom_status_version;
  add_time(all, "created_at", status.created_at);
  add_time(all, "updated_at", status.updated_at);
  all["labels"] = json_of_labels(status.labels);
  return all;
}

object json_of(const activity_state& activity) {
  object all{{"event", activity.key.event_id},
             {"execution", activity.key.execution},
             {"name", activity.name},
             {"attempt", activity.attempt}};
  if (activity.tag) all["tag"] = json_of_text(*activity.tag);
  if (activity.session) all["session"] = json_of_text(*activity.session);
  if (activity.progress) all["progress"] = json_of_text(*activity.progress);
  if (activity.progress) add_time(all, "progress_at", activity.progress_at);
  return all;
}

object json_of(const system_metrics& figures) {
  return {{"instances", figures.instances},   {"pending", figures.pending},
          {"running", figures.running},       {"completed", figures.completed},
          {"failed", figures.failed},         {"cancelled", figures.cancelled},
          {"unreadable", figures.unreadable}, {"executions", figures.executions},
          {"events", figures.events}};
}

object json_of(const queue_depths& figures) {
  return {{"messages", figures.messages},
          {"later_messages", figures.later_messages},
          {"timers", figures.timers},
          {"activities_waiting", figures.activities_waiting},
          {"activities_taken", figures.activities_taken}};
}

object json_of(const instance_statistics& figures) {
  return {{"history_events", figures.history_events},
          {"history_bytes", figures.history_bytes},
          {"queued_messages", figures.queued_messages},
          {"inbox_messages", figures.inbox_messages},
          {"kv_keys", figures.kv_keys},
          {"kv_bytes", figures.kv_bytes}};
}

object json_of(const instance_problem& problem) {
  return {{"id", json_of_text(problem.instance)},
          {"kind", to_string(problem.kind)},
          {"since", text_of(problem.since)},
          {"detail", json_of_text(problem.detail)}};
}

object json_of(const deletion& deleted) {
  return {{"instances", deleted.instances},
          {"executions", deleted.executions},
          {"events", deleted.events},
          {"messages", deleted.messages},
          {"activities", deleted.activities}};
}

object json_of(const node_info& node) {
  object all{{"node", node.node},
             {"name", json_of_text(node.name)},
             {"state", node.state},
             {"started_at", text_of(node.started_at)},
             {"last_seen_at", text_of(node.last_seen_at)},
             {"resident_instances", node.resident_instances},
             {"queued_activities", node.queued_activities},
             {"running_activities", node.running_activities},
             {"orchestrations", texts_of(node.orchestrations)},
             {"activities", texts_of(node.activities)},
             {"shards", boost::json::array(node.shards.begin(), node.shards.end())}};
  add_text(all, "unreadable", node.unreadable);
  return all;
}

object json_of(const transfer& moved) {
  return {
      {"instances", moved.instances}, {"executions", moved.executions}, {"history_rows", moved.history_rows},
      {"kv_values", moved.kv_values}, {"messages", moved.messages},     {"activities", moved.activities},
      {"actors", moved.actors},       {"answers", moved.answers},       {"problems", moved.problems}};
}

object json_of(const inconsistency& found) {
  return {{"id", json_of_text(found.instance)}, {"what", json_of_text(found.what)}};
}

object json_of(const verification& found) {
  return {{"instances", found.instances},
          {"executions", found.executions},
          {"events", found.events},
          {"inconsistencies", found.inconsistencies},
          {"first", json_of_all(found.first)}};
}

}  // namespace duroxide::operations
