#include "persistence/simulated/explaining.hpp"

#include "duroxide/history_spans.hpp"
#include "duroxide/rewound_history.hpp"
#include "persistence/decoding.hpp"
#include "persistence/explaining.hpp"
#include "persistence/simulated/problems.hpp"

#include <iterator>
#include <map>
#include <tuple>
#include <utility>

namespace duroxide::internal::simulated {

namespace {

std::optional<node_reference> node_of(const tables& rows, std::uint64_t node) {
  const auto found = rows.cluster.nodes.find(node);
  if (found == rows.cluster.nodes.end()) return std::nullopt;
  const node_row& row = found->second;
  return node_reference{node, row.offer.name, row.is_alive() && !row.is_silenced};
}

std::optional<instance_problem> copy_of(const instance_problem* problem) {
  return problem == nullptr ? std::nullopt : std::optional(*problem);
}

void read_instance(const tables& rows, const instance_row& row, persistence::instance_facts& facts) {
  explanation& told = facts.told;
  told.instance = row.id;
  told.life = row.key;
  told.orchestration = row.orchestration;
  told.version = row.version;
  told.status = row.status;
  told.execution = row.execution;
  told.since = row.created_at;
  if (row.parent) told.parent = row.parent->instance;
  told.problem = copy_of(problem_of(rows, row));
  told.owner = node_of(rows, rows.cluster.shards[row.shard].node);
  facts.updated_at = row.updated_at;
  if (const auto current = row.executions.find(row.execution); current != row.executions.end())
    facts.ended_at = current->second.ended_at;
}

void read_history(const instance_row& row, const history_reader& read, persistence::instance_facts& facts) {
  const auto current = row.history.find(row.execution);
  if (current == row.history.end()) return;
  persistence::read_or_note(facts.told.unreadable, "history", [&](auto) {
    for (const history_row& each : current->second) {
      auto events = read(each.first_event_id, each.packed);
      facts.history.insert(facts.history.end(), std::make_move_iterator(events.begin()),
                           std::make_move_iterator(events.end()));
    }
    leave_out_rewound(facts.history);
    facts.open = open_waits(facts.history);
  });
}

void read_activities(const tables& rows, const instance_row& row, persistence::instance_facts& facts) {
  for (const auto& [number, each] : row.activities) {
    if (number.first != row.execution) continue;
    persistence::activity_facts& found = facts.activities.emplace_back();
    found.event_id = number.second;
    found.is_claimable = each.what.claimable;
    found.is_finished = each.finished;
    found.has_progress = each.progress_at.has_value();
    found.holder = node_of(rows, each.owner);
    if (!each.what.session) continue;
    const auto session = rows.cluster.sessions.find(*each.what.session);
    if (session == rows.cluster.sessions.end()) continue;
    found.session_node = node_of(rows, session->second.node);
    found.session_owner = session->second.session_owner;
  }
}

void read_messages(const instance_row& row, persistence::instance_facts& facts) {
  std::map<std::tuple<message_kind, std::uint64_t, std::string>, persistence::message_facts> groups;
  for (const auto& [id, each] : row.inbox) {
    const message& what = each.content;
    if (what.execution != 0 && what.execution != row.execution) continue;
    if (what.visible_at > facts.now && what.kind != message_kind::start) continue;
    const auto [group, is_first] =
        groups.try_emplace({what.kind, what.source, what.name},
                           persistence::message_facts{what.kind, what.execution, what.source, what.name, 0,
                                                      each.sent_at, what.visible_at});
    ++group->second.count;
    group->second.sent_at = std::min(group->second.sent_at, each.sent_at);
    group->second.visible_at = std::min(group->second.visible_at, what.visible_at);
  }
  for (auto& [which, group] : groups) facts.messages.push_back(std::move(group));
}

}  // namespace

std::optional<explanation> explain_instance(const tables& rows, const std::string& instance, timestamp now,
                                            const history_reader& read) {
  const instance_row* row = rows.instances.find(instance);
  if (row == nullptr) return std::nullopt;
  persistence::instance_facts facts;
  facts.now = now;
  read_instance(rows, *row, facts);
  if (is_terminal(row->status)) return persistence::explain_facts(std::move(facts));
  read_history(*row, read, facts);
  read_activities(rows, *row, facts);
  read_messages(*row, facts);
  for (const auto& [id, each] : rows.cluster.nodes)
    if (const auto node = node_of(rows, id); node->lives)
      facts.nodes.push_back({*node, each.offer.activities});
  for (const std::string& id : persistence::awaited_ids(facts.open))
    if (const instance_row* other = rows.instances.find(id); other != nullptr) {
      const auto problem = copy_of(problem_of(rows, *other));
      facts.awaited.push_back({id, other->status, persistence::state_of(other->status, problem), problem});
    }
  return persistence::explain_facts(std::move(facts));
}

}  // namespace duroxide::internal::simulated
