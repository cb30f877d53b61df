// Looking at one instance.
#include "duroxide/history_spans.hpp"
#include "duroxide/rewound_history.hpp"
#include "api/operations/answers.hpp"
#include "api/operations/arguments.hpp"
#include "api/operations/groups.hpp"
#include "api/operations/parameters.hpp"
#include "api/operations/times.hpp"

namespace duroxide::operations {

namespace {

using boost::json::object;
using boost::json::value;

[[noreturn]] void throw_unknown(const std::string& id) {
  throw instance_error(error_kind::instance_not_found, "there is no instance '" + id + "'");
}

void require_instance(const session& where, const std::string& id) {
  if (where.client.instance(id).status().status == runtime_status::not_found) throw_unknown(id);
}

value show(const session& where, const arguments& given) {
  const std::string id = given.text("id");
  object all = json_of(where.admin.get_instance_info(id));
  for (const instance_problem& each : where.admin.list_problems({.instance = id}).problems) {
    object problem = json_of(each);
    problem.erase("id");
    all["problem"] = std::move(problem);
  }
  return all;
}

value explain(const session& where, const arguments& given) {
  return json_of(where.admin.explain(given.text("id")));
}

value status(const session& where, const arguments& given) {
  const std::string id = given.text("id");
  const instance_status found = where.client.instance(id).status();
  if (found.status == runtime_status::not_found) throw_unknown(id);
  object all{{"id", id}};
  for (const auto& [name, member] : json_of(found)) all[name] = member;
  return all;
}

// Those that have been rewound say so.
value history(const session& where, const arguments& given) {
  const std::string id = given.text("id");
  const std::vector<history_event> all = where.admin.read_history(id, given.count("execution", 0));
  std::vector<history_event> counted = all;
  leave_out_rewound(counted);
  boost::json::array events;
  auto next = counted.begin();
  for (const history_event& each : all) {
    object event = json_of(each);
    if (next != counted.end() && next->id == each.id)
      ++next;
    else
      event["rewound"] = true;
    events.push_back(std::move(event));
  }
  return object{{"id", id}, {"events", std::move(events)}};
}

value tree(const session& where, const arguments& given) {
  return object{{"instances", json_of_all(where.admin.get_instance_tree(given.text("id")))}};
}

value executions(const session& where, const arguments& given) {
  const std::string id = given.text("id");
  object all{{"id", id}};
  if (given.has("execution")) {
    const execution_info found = where.admin.get_execution_info(id, given.count("execution", 0));
    all["executions"] = json_of_all(std::vector{found});
  } else {
    all["executions"] = json_of_all(where.admin.list_executions(id));
  }
  return all;
}

value activities(const session& where, const arguments& given) {
  const std::string id = given.text("id");
  const auto found = where.client.instance(id).activities();
  if (found.empty()) require_instance(where, id);
  return object{{"id", id}, {"activities", json_of_all(found)}};
}

value waits(const session& where, const arguments& given) {
  const std::string id = given.text("id");
  return object{{"id", id}, {"waits", json_of_all(open_waits(where.admin.read_history(id)))}};
}

// "sub_orchestration" for sub_orchestration_scheduled.
std::string word_for(event_kind scheduled) {
  const std::string_view kind = to_string(scheduled);
  if (scheduled == event_kind::external_subscribed) return "event";
  return std::string(kind.substr(0, kind.rfind('_')));
}

// "completed", "failed", "fired", "raised", "message", "dropped" and the like.
std::string word_for_outcome(event_kind outcome) {
  const std::string_view kind = to_string(outcome);
  return std::string(kind.substr(kind.rfind('_') + 1));
}

object json_of_span(const history_span& each) {
  object all{{"event", each.asked.id},
             {"kind", word_for(each.asked.kind)},
             {"started_at", text_of(each.asked.recorded_at)}};
  if (!each.asked.name.empty()) all["name"] = json_of_text(each.asked.name);
  if (each.asked.attempt > 1) all["attempt"] = each.asked.attempt;
  if (each.outcome) {
    all["ended_at"] = text_of(each.outcome->recorded_at);
    all["outcome"] = word_for_outcome(each.outcome->kind);
  }
  return all;
}

value timeline(const session& where, const arguments& given) {
  const std::string id = given.text("id");
  const auto events = where.admin.read_history(id, given.count("execution", 0));
  object all{{"id", id}};
  if (!events.empty()) all["started_at"] = text_of(events.front().recorded_at);
  if (!events.empty() && is_terminal_event(events.back().kind))
    all["ended_at"] = text_of(events.back().recorded_at);
  boost::json::array spans;
  for (const history_span& each : spans_of(events)) spans.emplace_back(json_of_span(each));
  all["spans"] = std::move(spans);
  return all;
}

value kv(const session& where, const arguments& given) {
  const std::string id = given.text("id");
  const instance_handle instance = where.client.instance(id);
  object values;
  if (const auto key = given.optional_text("key")) {
    if (const auto found = instance.kv_value(*key)) values[*key] = json_of_payload(found->text());
  } else {
    for (const auto& [name, found] : instance.kv_values()) values[name] = json_of_payload(found.text());
  }
  if (values.empty()) require_instance(where, id);
  return object{{"id", id}, {"values", std::move(values)}};
}

value size(const session& where, const arguments& given) {
  const std::string id = given.text("id");
  const auto found = where.admin.instance_statistics(id);
  if (!found) throw_unknown(id);
  object all{{"id", id}};
  for (const auto& [name, member] : json_of(*found)) all[name] = member;
  return all;
}

parameter execution_parameter(std::string otherwise) {
  return {.name = "execution",
          .type = value_type::count,
          .help = "the number of one execution; an instance has several if it continued as new",
          .otherwise = std::move(otherwise)};
}

constexpr const char* at_instance = "Look at one instance";

std::vector<operation> state_operations() {
  return {
      {.name = "show",
       .group = at_instance,
       .summary = "Show everything about one instance, with its input and its outcome",
       .details = "For a failed instance this has the error, for one that does not go on its problem.",
       .example = "order-7",
       .parameters = {instance_parameter()},
       .run = show},
      {.name = "status",
       .group = at_instance,
       .summary = "Show the status of one instance, with its output",
       .details = "What a client of the library sees, with the custom status that the orchestration has set.",
       .example = "order-7",
       .parameters = {instance_parameter()},
       .run = status},
      {.name = "explain",
       .group = at_instance,
       .summary = "Say what one instance waits for, and why it does not go on",
       .details = "For each thing that it waits for this says what keeps it away, and which node has it; as "
                  "the store "
                  "shows it, whatever is running.",
       .example = "order-7",
       .parameters = {instance_parameter()},
       .run = explain},
      {.name = "kv",
       .group = at_instance,
       .summary = "Show the key-value store of one instance",
       .details = "The values are as the last committed turn left them.",
       .example = "order-7 progress",
       .parameters =
           {instance_parameter(),
            {.name = "key", .given = presence::last, .help = "show this key alone", .otherwise = "all keys"}},
       .run = kv},
      {.name = "size",
       .group = at_instance,
       .summary = "Show how large one instance is, and how much waits for it",
       .details = "Its history is not read, however long it is.",
       .example = "order-7",
       .parameters = {instance_parameter()},
       .run = size}};
}

}  // namespace

std::vector<operation> instance_operations() {
  std::vector<operation> all = state_operations();
  const std::vector<operation> progress{
      {.name = "history",
       .group = at_instance,
       .summary = "Show what one instance has done, event by event",
       .details = "The history is what the instance is rebuilt from after a crash.",
       .example = "order-7",
       .parameters = {instance_parameter(), execution_parameter("the current one")},
       .run = history},
      {.name = "waits",
       .group = at_instance,
       .summary = "Show what one instance waits for now",
       .details =
           "These are the activities, timers, events, messages, sub-orchestrations and answers of actors "
           "that it "
           "has asked for and not got yet. A queue of a history of format 1 may have a message already.",
       .example = "order-7",
       .parameters = {instance_parameter()},
       .run = waits},
      {.name = "timeline",
       .group = at_instance,
       .summary = "Show how long one instance has waited for what",
       .details =
           "Each activity, timer, event, message and sub-orchestration that it has asked for is a bar.",
       .example = "order-7",
       .parameters = {instance_parameter(), execution_parameter("the current one")},
       .run = timeline},
      {.name = "activities",
       .group = at_instance,
       .summary = "Show the activities of one instance that have not finished",
       .details = "With what their last heartbeat said.",
       .example = "order-7",
       .parameters = {instance_parameter()},
       .run = activities},
      {.name = "tree",
       .group = at_instance,
       .summary = "Show one instance with all its sub-orchestrations",
       .details = "Each of them stands below the one that started it.",
       .example = "order-7",
       .parameters = {instance_parameter()},
       .run = tree},
      {.name = "executions",
       .group = at_instance,
       .summary = "Show the executions of one instance",
       .details = "An instance that continues as new has one execution after another.",
       .example = "counter",
       .parameters = {instance_parameter(), execution_parameter("all")},
       .run = executions}};
  all.insert(all.end(), progress.begin(), progress.end());
  return all;
}

}  // namespace duroxide::operations
