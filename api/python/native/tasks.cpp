#include "api/python/native/tasks.hpp"

#include "api/python/native/descriptor.hpp"
#include "api/python/native/nesting.hpp"

namespace duroxide::python {

namespace {

outcome payload_of(json_text text) { return outcome(outcome::payload{std::move(text).text()}); }

task<outcome> ready(outcome value) { co_return value; }

// In Duroxide this is an activity; programs may look at the task.
constexpr std::string_view kv_read_activity = "__duroxide_syscall:get_kv_value";

outcome nothing() { return outcome(outcome::payload{"null"}); }

outcome joined_of(joined_form form, std::vector<result<outcome>> branches) {
  return outcome(outcome::joined{form, std::move(branches)});
}

outcome winner_of(std::size_t index, result<outcome> branch) {
  outcome::winner won{index, {}};
  won.branch.push_back(std::move(branch));
  return outcome(std::move(won));
}

outcome values_of(std::vector<outcome> values) {
  std::vector<result<outcome>> branches;
  branches.reserve(values.size());
  for (outcome& each : values) branches.emplace_back(std::move(each));
  return joined_of(joined_form::unwrapped, std::move(branches));
}

durable<outcome> join(joined_form form, std::vector<durable<outcome>> branches) {
  const auto convert = [form](std::vector<result<outcome>> settled) {
    return joined_of(form, std::move(settled));
  };
  return map(all_settled(std::move(branches)), convert);
}

durable<outcome> race_of(std::vector<durable<outcome>> branches) {
  std::vector<durable<result<outcome>>> settled;
  settled.reserve(branches.size());
  for (auto& each : branches) settled.push_back(settle(std::move(each)));
  return map(race(std::move(settled)),
             [](indexed<result<outcome>> won) { return winner_of(won.index, std::move(won.value)); });
}

durable<outcome> any_of(std::vector<durable<outcome>> branches) {
  return map(any(std::move(branches)),
             [](indexed<outcome> won) { return winner_of(won.index, std::move(won.value)); });
}

bool is_helper(py::handle what) { return PyGen_CheckExact(what.ptr()) || PyCoro_CheckExact(what.ptr()); }

}  // namespace

std::optional<py::object> task_maker::done_at_once(py::handle task) const {
  if (is_helper(task)) return std::nullopt;
  const std::string type = type_of_descriptor(task);
  if (type == "utcNow") return py::int_(context.utc_now(where).time_since_epoch().count());
  if (type == "newGuid") return py::str(context.new_guid(where));
  if (type != "orchestration" && type != "orchestrationVersioned") return std::nullopt;
  std::string name = text_member(task, "name");
  std::string instance = text_member(task, "instanceId");
  json_text input(text_member(task, "input"));
  if (const auto version = optional_text(task, "version"))
    context.start_orchestration(std::move(name), std::move(instance), std::move(input),
                                semantic_version::parse(*version), where);
  else
    context.start_orchestration(std::move(name), std::move(instance), std::move(input), where);
  return py::none();
}

std::optional<continue_as_new_request> task_maker::continuation(py::handle task) const {
  if (is_helper(task) || !type_of_descriptor(task).starts_with("continueAsNew")) return std::nullopt;
  auto request = context.continue_as_new(json_text(text_member(task, "input")));
  if (const auto version = optional_text(task, "version")) request.with_version(*version);
  return request;
}

durable<outcome> task_maker::make(py::handle task) const {
  const nesting deeper("combinations of tasks are nested too deeply");
  return make_nested(task);
}

durable<outcome> task_maker::make_nested(py::handle task) const {
  if (is_helper(task)) return run_helper(live, py::reinterpret_borrow<py::object>(task), helper_depth + 1);
  const std::string type = type_of_descriptor(task);
  if (type.starts_with("activity")) return activity(task);
  if (type.starts_with("subOrchestration")) return sub_orchestration(task);
  if (type == "timer") return timer(task);
  if (type == "waitEvent") return map(context.wait_for_event(text_member(task, "name"), where), payload_of);
  if (type == "dequeueEvent")
    return map(context.dequeue_event(text_member(task, "queueName"), where), payload_of);
  if (auto value = done_at_once(task)) return ready(outcome(shared_object(*std::move(value))));
  return combination(type, task);
}

durable<outcome> task_maker::activity(py::handle task) const {
  const std::string name = text_member(task, "name");
  if (name == kv_read_activity) return kv_read(task);
  auto call = context.schedule_activity(name, json_text(text_member(task, "input")), where);
  if (auto tag = optional_text(task, "tag")) call.with_tag(*std::move(tag));
  if (auto session = optional_text(task, "sessionId")) call.on_session(*std::move(session));
  if (member(task, "retry")) call.with_retry(retry_of(task));
  if (const auto limit = optional_duration(task, "timeoutMs")) call.with_timeout(*limit);
  return map(std::move(call), payload_of);
}

durable<outcome> task_maker::sub_orchestration(py::handle task) const {
  auto call = context.schedule_sub_orchestration(text_member(task, "name"),
                                                 json_text(text_member(task, "input")), where);
  if (auto instance = optional_text(task, "instanceId")) call.with_id(*std::move(instance));
  if (const auto version = optional_text(task, "version")) call.with_version(*version);
  if (optional_bool(task, "inheritLabels").value_or(false)) call.inherit_labels();
  return map(std::move(call), payload_of);
}

durable<outcome> task_maker::timer(py::handle task) const {
  const auto delay = optional_duration(task, "delayMs");
  if (!delay) throw py::type_error("this task has no 'delayMs'");
  return map(context.schedule_timer(*delay, where), nothing);
}

durable<outcome> task_maker::kv_read(py::handle task) const {
  const py::object wanted = loads(text_member(task, "input"));
  if (!PyDict_Check(wanted.ptr()))
    throw py::value_error("a key of another instance is read by a dict in JSON");
  auto read = context.get_kv_value_from_instance<json_text>(text_member(wanted, "instance_id"),
                                                            text_member(wanted, "key"), where);
  return map(std::move(read), [](std::optional<json_text> found) {
    outcome::kv_text value;
    if (found) value.json = std::move(*found).text();
    return outcome(std::move(value));
  });
}

durable<outcome> task_maker::combination(const std::string& type, py::handle task) const {
  if (type == "join") {
    const bool unwraps = optional_bool(task, "_typed_all").value_or(false);
    return join(unwraps ? joined_form::unwrapped : joined_form::marked, branches(task));
  }
  if (type == "gather") return map(all(branches(task)), values_of);
  if (type == "select") return race_of(branches(task));
  if (type == "any") return any_of(branches(task));
  const py::handle inner = member(task, "task");
  if (type == "settle" && inner)
    return map(settle(make(inner)), [](result<outcome> branch) {
      outcome::settled_branch settled;
      settled.branch.push_back(std::move(branch));
      return outcome(std::move(settled));
    });
  if (type == "timeout" && inner)
    return with_timeout(make(inner), optional_duration(task, "timeoutMs").value_or(duration(0)), where);
  throw py::type_error("'" + type + "' is no task that can be awaited here");
}

std::vector<durable<outcome>> task_maker::branches(py::handle task) const {
  const py::handle tasks = member(task, "tasks");
  if (!tasks || !PyList_Check(tasks.ptr())) throw py::type_error("'tasks' must be a list");
  std::vector<durable<outcome>> made;
  for (const py::handle each : tasks) made.push_back(make(each));
  return made;
}

}  // namespace duroxide::python
