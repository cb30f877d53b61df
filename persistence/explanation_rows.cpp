#include "persistence/explanation_rows.hpp"

#include "duroxide/history_spans.hpp"
#include "duroxide/rewound_history.hpp"
#include "persistence/decoding.hpp"
#include "persistence/explaining.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace duroxide::persistence {

namespace {

class fact_reader {
public:
  fact_reader(admin_session& db, const history_reader& read) : db_(db), read_(read) {}

  // False if there is no such instance.
  bool read_all(const std::string& instance, timestamp now) {
    facts.now = now;
    if (!read_instance(instance)) return false;
    if (is_terminal(facts.told.status)) return true;
    read_history();
    read_activities();
    read_messages();
    if (needs_offers(facts)) read_nodes();
    read_awaited();
    return true;
  }

  instance_facts facts{};

private:
  template <class Body> void note(const char* column, Body body) {
    read_or_note(facts.told.unreadable, column, body);
  }

  bool read_instance(const std::string& instance) {
    auto rows = db_.rows(
        "select i.id, i.key, i.orchestration, i.version, i.status, i.execution, i.created_at, i.updated_at, "
        "i.parent_instance, e.ended_at, p.kind, p.since, p.detail, n.id as node, n.name as node_name, "
        "n.state as node_state from instances i "
        "left join executions e on e.instance_key = i.key and e.execution = i.execution "
        "left join problems p on p.instance_key = i.key left join shards s on s.shard = i.shard "
        "left join nodes n on n.id = s.node where i.id = $1",
        {instance});
    if (rows.empty()) return false;
    sql_row& row = rows.front();
    explanation& told = facts.told;
    told.instance = row.text("id");
    told.life = row.number("key");
    told.orchestration = row.text("orchestration");
    told.version = row.text("version");
    note("status", [&](auto column) { told.status = runtime_status_from(row.text(column)); });
    note("execution", [&](auto column) { told.execution = row.number(column); });
    note("created_at", [&](auto column) { told.since = row.time(column); });
    note("updated_at", [&](auto column) { facts.updated_at = row.time(column); });
    told.parent = row.take("parent_instance");
    note("ended_at", [&](auto column) { facts.ended_at = row.optional_time(column); });
    if (!is_terminal(told.status))
      note("problem", [&](auto) { told.problem = problem_of(row, told.instance, told.life); });
    told.owner = node_of(row, "node", "node_name", "node_state");
    return true;
  }

  // None of a row without one.
  std::optional<instance_problem> problem_of(sql_row& row, const std::string& instance, life_number life) {
    const std::string kind = row.text("kind");
    if (kind.empty()) return std::nullopt;
    instance_problem found{instance, life, problem_kind_from(kind), row.time("since"), {}};
    if (auto detail = row.take("detail")) found.detail = db_.payload(*std::move(detail));
    return found;
  }

  std::optional<node_reference> node_of(const sql_row& row, std::string_view id, std::string_view name,
                                        std::string_view state) {
    const std::uint64_t node = row.number(id);
    if (node == 0) return std::nullopt;
    const auto [known, added] = lives_.try_emplace(node, false);
    if (added) known->second = row.text(state) == "alive" && db_.lives(node);
    return node_reference{node, row.text(name), known->second};
  }

  void read_history() {
    note("history", [&](auto) {
      for (const sql_row& row :
           db_.rows("select first_event_id, packed from history where instance_key = $1 and execution = $2 "
                    "order by first_event_id",
                    of_execution())) {
        auto events = read_(row.number("first_event_id"), row.text("packed"));
        facts.history.insert(facts.history.end(), std::make_move_iterator(events.begin()),
                             std::make_move_iterator(events.end()));
      }
      leave_out_rewound(facts.history);
      facts.open = open_waits(facts.history);
    });
  }

  void read_activities() {
    for (const sql_row& row : db_.rows(
             "select a.event_id, case when a.shared then 1 else 0 end as claimable, "
             "case when a.finished then 1 else 0 end as is_finished, a.progress_at, n.id as node, "
             "n.name as node_name, n.state as node_state, t.id as session_node, t.name as session_node_name, "
             "t.state as session_node_state, s.session_owner from activities a "
             "left join nodes n on n.id = a.owner left join sessions s on s.id = a.session "
             "left join nodes t on t.id = s.node "
             "where a.instance_key = $1 and a.execution = $2 order by a.event_id",
             of_execution()))
      note("activities", [&](auto) {
        activity_facts each;
        each.event_id = row.number("event_id");
        each.is_claimable = row.number("claimable") != 0;
        each.is_finished = row.number("is_finished") != 0;
        each.has_progress = row.optional_time("progress_at").has_value();
        each.holder = node_of(row, "node", "node_name", "node_state");
        each.session_node = node_of(row, "session_node", "session_node_name", "session_node_state");
        each.session_owner = row.text("session_owner");
        facts.activities.push_back(std::move(each));
      });
  }

  // Those for an execution that is over are for nobody.
  void read_messages() {
    std::vector<sql_value> values = of_execution();
    values.push_back(to_sql(facts.now));
    for (const sql_row& row :
         db_.rows("select kind, execution, source, name, count(*) as messages, min(sent_at) as sent_at, "
                  "min(visible_at) as visible_at from inbox where instance_key = $1 and execution in (0, $2) "
                  "and (visible_at <= $3 or kind = 'start') group by kind, execution, source, name "
                  "order by kind, execution, source, name",
                  values))
      note("inbox", [&](auto) {
        facts.messages.push_back({message_kind_from(row.text("kind")), row.number("execution"),
                                  row.number("source"), row.text("name"), row.number("messages"),
                                  row.time("sent_at"), row.time("visible_at")});
      });
  }

  void read_nodes() {
    for (const sql_row& row : db_.rows("select id, name, state, " + db_.names_as_json("activities") +
                                       " as activities from nodes where state = 'alive' order by id"))
      note("nodes", [&](auto) {
        const auto node = node_of(row, "id", "name", "state");
        if (node && node->lives) facts.nodes.push_back({*node, names_from_json(row.text("activities"))});
      });
  }

  void read_awaited() {
    const std::vector<std::string> ids = awaited_ids(facts.open);
    if (ids.empty()) return;
    for (sql_row& row :
         db_.rows("select i.id, i.key, i.status, p.kind, p.since, p.detail from " +
                      db_.instances_with_ids("$1") + " i left join problems p on p.instance_key = i.key",
                  {sql_texts{ids}})) {
      other_instance& each = facts.awaited.emplace_back();
      each.instance = row.text("id");
      note("status of what it waits for", [&](auto) {
        each.status = runtime_status_from(row.text("status"));
        if (!is_terminal(each.status)) each.problem = problem_of(row, each.instance, row.number("key"));
        each.state = state_of(each.status, each.problem);
      });
    }
  }

  std::vector<sql_value> of_execution() const {
    return {static_cast<std::int64_t>(facts.told.life), static_cast<std::int64_t>(facts.told.execution)};
  }

  admin_session& db_;
  const history_reader& read_;
  std::map<std::uint64_t, bool> lives_;  // of the nodes that have been asked for
};

}  // namespace

std::optional<explanation> explain_instance(admin_session& db, const std::string& instance, timestamp now,
                                            const history_reader& read) {
  db.begin_reading();
  fact_reader reader(db, read);
  if (!reader.read_all(instance, now)) return std::nullopt;
  return explain_facts(std::move(reader.facts));
}

}  // namespace duroxide::persistence
