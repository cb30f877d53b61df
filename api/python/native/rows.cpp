#include "api/python/native/rows.hpp"

namespace duroxide::python {

namespace {

py::list texts(const std::vector<std::string>& values) { return list_of(values); }

}  // namespace

py::object text_or_none(const std::optional<std::string>& text) {
  return text ? py::object(to_python(*text)) : py::none();
}

py::object time_or_none(const std::optional<timestamp>& time) {
  return time ? py::object(py::int_(ms(*time))) : py::none();
}

py::object failure_or_none(const std::optional<error_details>& details) {
  return details ? to_python(*details) : py::none();
}

// A tuple, because each wait of a client gives one.
py::tuple to_python(const instance_status& status, const std::string& instance) {
  const bool completed = status.status == runtime_status::completed;
  return py::make_tuple(to_python(instance), to_string(status.status), to_python(status.orchestration),
                        to_python(status.version), status.execution,
                        completed ? py::object(to_python(status.output)) : py::none(),
                        failure_or_none(status.error), text_or_none(status.custom_status),
                        status.custom_status_version, to_python(status.labels));
}

py::dict to_python(const activity_state& activity) {
  py::dict row;
  row["event_id"] = activity.key.event_id;
  row["execution"] = activity.key.execution;
  row["name"] = to_python(activity.name);
  row["tag"] = text_or_none(activity.tag);
  row["session"] = text_or_none(activity.session);
  row["attempt"] = activity.attempt;
  row["progress"] = text_or_none(activity.progress);
  row["progress_at"] = activity.progress ? py::object(py::int_(ms(activity.progress_at))) : py::none();
  return row;
}

py::dict to_python(const instance_summary& summary) {
  py::dict row;
  row["instance"] = to_python(summary.instance);
  row["orchestration"] = to_python(summary.orchestration);
  row["version"] = to_python(summary.version);
  row["status"] = to_string(summary.status);
  row["execution"] = summary.execution;
  row["parent"] = text_or_none(summary.parent);
  row["created_at"] = ms(summary.created_at);
  row["updated_at"] = ms(summary.updated_at);
  row["labels"] = to_python(summary.labels);
  row["unreadable"] = to_python(summary.unreadable);
  return row;
}

py::dict to_python(const instance_info& info) {
  py::dict row = to_python(info.summary);
  row["input"] = to_python(info.input);
  row["output"] = text_or_none(info.output);
  row["failure"] = failure_or_none(info.error);
  row["custom_status"] = text_or_none(info.custom_status);
  return row;
}

py::dict to_python(const execution_info& execution) {
  py::dict row;
  row["execution"] = execution.execution;
  row["status"] = to_string(execution.status);
  row["started_at"] = ms(execution.started_at);
  row["ended_at"] = time_or_none(execution.ended_at);
  row["event_count"] = execution.event_count;
  row["input"] = to_python(execution.input);
  row["output"] = text_or_none(execution.output);
  row["failure"] = failure_or_none(execution.error);
  row["unreadable"] = to_python(execution.unreadable);
  return row;
}

py::dict to_python(const history_event& event) {
  py::dict row;
  row["id"] = event.id;
  row["kind"] = to_string(event.kind);
  row["source"] = event.source;
  row["recorded_at"] = ms(event.recorded_at);
  row["build"] = to_python(event.build);
  row["name"] = to_python(event.name);
  row["data"] = to_python(event.data);
  row["text"] = text_or_none(event.text);
  row["version"] = text_or_none(event.version);
  row["instance"] = text_or_none(event.instance);
  row["tag"] = text_or_none(event.tag);
  row["session"] = text_or_none(event.session);
  row["attempt"] = event.attempt;
  row["due"] = time_or_none(event.due);
  row["failure"] = failure_or_none(event.error);
  return row;
}

py::dict to_python(const instance_problem& problem) {
  py::dict row;
  row["instance_id"] = to_python(problem.instance);
  row["kind"] = to_python(std::string(to_string(problem.kind)));
  row["since"] = ms(problem.since);
  row["detail"] = to_python(problem.detail);
  return row;
}

py::dict to_python(const node_info& node) {
  py::dict row;
  row["node"] = node.node;
  row["name"] = to_python(node.name);
  row["state"] = to_python(node.state);
  row["started_at"] = ms(node.started_at);
  row["last_seen_at"] = ms(node.last_seen_at);
  row["orchestrations"] = texts(node.orchestrations);
  row["activities"] = texts(node.activities);
  py::list shards;
  for (const std::uint32_t each : node.shards) shards.append(each);
  row["shards"] = shards;
  row["resident_instances"] = node.resident_instances;
  row["queued_activities"] = node.queued_activities;
  row["running_activities"] = node.running_activities;
  row["unreadable"] = to_python(node.unreadable);
  return row;
}

py::dict to_python(const deletion& deleted) {
  py::dict row;
  row["instances"] = deleted.instances;
  row["executions"] = deleted.executions;
  row["events"] = deleted.events;
  row["messages"] = deleted.messages;
  row["activities"] = deleted.activities;
  return row;
}

py::dict to_python(const transfer& transferred) {
  py::dict row;
  row["instances"] = transferred.instances;
  row["executions"] = transferred.executions;
  row["history_rows"] = transferred.history_rows;
  row["kv_values"] = transferred.kv_values;
  row["messages"] = transferred.messages;
  row["activities"] = transferred.activities;
  row["actors"] = transferred.actors;
  row["answers"] = transferred.answers;
  row["problems"] = transferred.problems;
  return row;
}

py::dict to_python(const verification& verified) {
  py::dict row;
  row["instances"] = verified.instances;
  row["executions"] = verified.executions;
  row["events"] = verified.events;
  row["inconsistencies"] = verified.inconsistencies;
  row["first"] = list_of(verified.first);
  return row;
}

py::tuple to_python(const inconsistency& found) {
  return py::make_tuple(to_python(found.instance), to_python(found.what));
}

}  // namespace duroxide::python
