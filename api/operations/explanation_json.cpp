// What an instance waits for, as JSON.
#include "api/operations/answers.hpp"
#include "api/operations/times.hpp"

#include <utility>

namespace duroxide::operations {

namespace {

using boost::json::object;

object json_of_node(const node_reference& node) {
  return {{"node", node.node}, {"name", json_of_text(node.name)}, {"lives", node.lives}};
}

object json_without_id(const instance_problem& problem) {
  object all = json_of(problem);
  all.erase("id");
  return all;
}

object json_of_other(const other_instance& other) {
  object all{{"id", json_of_text(other.instance)},
             {"status", to_string(other.status)},
             {"state", to_string(other.state)}};
  if (other.problem) all["problem"] = json_without_id(*other.problem);
  return all;
}

object json_of_wait(const open_wait& wait) {
  object all{{"event", wait.event_id}, {"kind", to_string(wait.kind)}};
  if (!wait.name.empty()) all["name"] = json_of_text(wait.name);
  all["since"] = text_of(wait.since);
  all["blocked_by"] = to_string(wait.blocked_by);
  all["text"] = json_of_text(wait.text);
  if (wait.due) all["due"] = text_of(*wait.due);
  if (wait.tag) all["tag"] = json_of_text(*wait.tag);
  if (wait.session) all["session"] = json_of_text(*wait.session);
  if (wait.kind == wait_kind::activity) all["attempt"] = wait.attempt;
  if (wait.last_error) all["last_error"] = json_of(*wait.last_error);
  if (wait.node) all["node"] = json_of_node(*wait.node);
  if (wait.kind == wait_kind::queue) all["messages"] = wait.messages;
  if (wait.instance) all["instance"] = json_of_other(*wait.instance);
  return all;
}

object json_of_group(const waiting_messages& group) {
  object all{{"kind", group.kind}};
  if (!group.name.empty()) all["name"] = json_of_text(group.name);
  all["count"] = group.count;
  all["oldest"] = text_of(group.oldest);
  return all;
}

}  // namespace

object json_of(const explanation& told) {
  object all{{"id", json_of_text(told.instance)},
             {"state", to_string(told.state)},
             {"since", text_of(told.since)},
             {"status", to_string(told.status)},
             {"orchestration", json_of_text(told.orchestration)}};
  if (!told.version.empty()) all["version"] = json_of_text(told.version);
  all["execution"] = told.execution;
  if (told.parent) all["parent"] = json_of_text(*told.parent);
  if (told.starts_at) all["starts_at"] = text_of(*told.starts_at);
  if (told.owner) all["owner"] = json_of_node(*told.owner);
  if (told.problem) all["problem"] = json_without_id(*told.problem);
  boost::json::array waits;
  for (const open_wait& each : told.waits) waits.emplace_back(json_of_wait(each));
  all["waits"] = std::move(waits);
  boost::json::array inbox;
  for (const waiting_messages& each : told.inbox) inbox.emplace_back(json_of_group(each));
  all["inbox"] = std::move(inbox);
  if (!told.unreadable.empty()) all["unreadable"] = json_of_text(told.unreadable);
  return all;
}

}  // namespace duroxide::operations
