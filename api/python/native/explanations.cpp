// What an instance waits for, as dicts.
#include "api/python/native/rows.hpp"

namespace duroxide::python {

namespace {

py::dict row_of(const node_reference& node) {
  py::dict row;
  row["node"] = node.node;
  row["name"] = to_python(node.name);
  row["lives"] = node.lives;
  return row;
}

py::object problem_or_none(const std::optional<instance_problem>& problem) {
  return problem ? py::object(to_python(*problem)) : py::none();
}

py::dict row_of(const other_instance& other) {
  py::dict row;
  row["instance_id"] = to_python(other.instance);
  row["status"] = to_string(other.status);
  row["state"] = to_string(other.state);
  row["problem"] = problem_or_none(other.problem);
  return row;
}

template <class T> py::object row_or_none(const std::optional<T>& value) {
  return value ? py::object(row_of(*value)) : py::none();
}

py::dict row_of(const open_wait& wait) {
  py::dict row;
  row["kind"] = to_string(wait.kind);
  row["event_id"] = wait.event_id;
  row["name"] = to_python(wait.name);
  row["since"] = ms(wait.since);
  row["blocked_by"] = to_string(wait.blocked_by);
  row["text"] = to_python(wait.text);
  row["due"] = time_or_none(wait.due);
  row["tag"] = text_or_none(wait.tag);
  row["session"] = text_or_none(wait.session);
  row["attempt"] = wait.attempt;
  row["last_error"] = failure_or_none(wait.last_error);
  row["node"] = row_or_none(wait.node);
  row["messages"] = wait.messages;
  row["instance"] = row_or_none(wait.instance);
  return row;
}

py::dict row_of(const waiting_messages& group) {
  py::dict row;
  row["kind"] = to_python(group.kind);
  row["name"] = to_python(group.name);
  row["count"] = group.count;
  row["oldest"] = ms(group.oldest);
  return row;
}

template <class Values> py::list rows_of(const Values& values) {
  py::list rows;
  for (const auto& each : values) rows.append(row_of(each));
  return rows;
}

}  // namespace

py::dict to_python(const explanation& told) {
  py::dict row;
  row["instance_id"] = to_python(told.instance);
  row["orchestration_name"] = to_python(told.orchestration);
  row["orchestration_version"] = to_python(told.version);
  row["status"] = to_string(told.status);
  row["execution_id"] = told.execution;
  row["state"] = to_string(told.state);
  row["since"] = ms(told.since);
  row["starts_at"] = time_or_none(told.starts_at);
  row["parent_instance_id"] = text_or_none(told.parent);
  row["owner"] = row_or_none(told.owner);
  row["problem"] = problem_or_none(told.problem);
  row["waits"] = rows_of(told.waits);
  row["inbox"] = rows_of(told.inbox);
  row["unreadable"] = to_python(told.unreadable);
  return row;
}

}  // namespace duroxide::python
