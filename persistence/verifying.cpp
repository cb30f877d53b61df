#include "persistence/verifying.hpp"

#include "persistence/decoding.hpp"
#include "persistence/label_json.hpp"
#include "persistence/merge_cursor.hpp"
#include "persistence/verifier.hpp"

#include <optional>
#include <set>
#include <string>
#include <utility>

namespace duroxide::persistence {

namespace {

// -- what SQL sees ------------------------------------------------------------

// Each gives an instance (or what there is of it) and what is wrong, for every row that is wrong.
constexpr const char* questions[] = {
    "select i.id, 'its status is ''' || i.status || ''', which nobody knows' from instances i where i.status "
    "not in ('pending', 'running', 'completed', 'failed', 'cancelled')",

    "select i.id, 'the status of execution ' || e.execution || ' is ''' || e.status || ''', which nobody "
    "knows' from executions e join instances i on i.key = e.instance_key where e.status "
    "not in ('running', 'completed', 'failed', 'cancelled', 'continued_as_new')",

    "select m.instance, 'the kind of message ' || m.id || ' is ''' || m.kind || ''', which nobody knows' "
    "from inbox m where m.kind not in ('start', 'activity_done', 'timer_due', 'event_raised', 'enqueued', "
    "'child_done', 'command_done', 'cancel')",

    // A durable actor needs none; one that has had no turn has no version either.
    "select i.id, 'its current execution ' || i.execution || ' is missing' from instances i where not exists "
    "(select 1 from executions e where e.instance_key = i.key and e.execution = i.execution) "
    "and not (i.status = 'running' and (i.version = '' or exists "
    "(select 1 from actor_states s where s.instance_key = i.key)))",

    "select 'key ' || s.instance_key, 'the state of an actor belongs to no instance' from actor_states s "
    "where not exists (select 1 from instances i where i.key = s.instance_key)",

    "select i.id, 'it has the state of an actor, and is ' || i.status from actor_states s "
    "join instances i on i.key = s.instance_key where i.status <> 'running'",

    "select i.id, 'answers from ' || s.answers_since || ' on are kept, and there is an older one, to ' || "
    "a.command_id from actor_states s join instances i on i.key = s.instance_key "
    "join answers a on a.instance = i.id where a.made_at < s.answers_since",

    "select i.id, 'execution ' || e.execution || ' comes after the current one, ' || i.execution "
    "from executions e join instances i on i.key = e.instance_key where e.execution > i.execution",

    "select i.id, 'execution ' || e.execution || ' is over, but it is ' || e.status from executions e "
    "join instances i on i.key = e.instance_key "
    "where e.execution < i.execution and e.status <> 'continued_as_new'",

    "select i.id, 'it is ' || i.status || ', its current execution is ' || e.status from instances i "
    "join executions e on e.instance_key = i.key and e.execution = i.execution "
    "where e.status <> case when i.status = 'pending' then 'running' else i.status end",

    "select 'key ' || e.instance_key, 'execution ' || e.execution || ' belongs to no instance' "
    "from executions e where not exists (select 1 from instances i where i.key = e.instance_key)",

    "select 'key ' || k.instance_key, 'the value of ' || k.key || ' belongs to no instance' "
    "from kv k where not exists (select 1 from instances i where i.key = k.instance_key)",

    "select 'key ' || l.instance_key, 'the label ' || l.name || ' belongs to no instance' "
    "from labels l where not exists (select 1 from instances i where i.key = l.instance_key)",

    "select i.id, 'the label ' || l.name || ' has the type ''' || l.type || ''', which nobody knows' from "
    "labels l "
    "join instances i on i.key = l.instance_key where l.type not in ('text', 'number', 'bool', 'time')",

    "select i.id, 'the label ' || l.name || ' cannot be found by its value' from labels l "
    "join instances i on i.key = l.instance_key where (l.type = 'text') <> (l.number is null)",

    "select 'key ' || h.instance_key, 'events from ' || h.first_event_id || ' of execution ' || h.execution "
    "|| "
    "' belong to no execution' from history h where not exists (select 1 from executions e "
    "where e.instance_key = h.instance_key and e.execution = h.execution) "
    "and not exists (select 1 from actor_states s join instances i on i.key = s.instance_key "
    "where i.key = h.instance_key and i.execution = h.execution)",

    "select m.instance, 'a message (' || m.kind || ', ' || m.name || ') is for nobody' from inbox m "
    "where not exists (select 1 from instances i where i.key = m.instance_key and i.id = m.instance)",

    "select m.instance, 'a message (' || m.kind || ', ' || m.name || ') was left behind: it is ' || i.status "
    "from inbox m join instances i on i.key = m.instance_key where i.status not in ('pending', 'running')",

    "select m.instance, 'a message (' || m.kind || ') lies on shard ' || m.shard || ', the instance on ' || "
    "i.shard "
    "from inbox m join instances i on i.key = m.instance_key where i.shard <> m.shard",

    "select a.instance, 'activity ' || a.event_id || ' (' || a.name || ') belongs to no instance' "
    "from activities a "
    "where not exists (select 1 from instances i where i.key = a.instance_key and i.id = a.instance)",

    "select a.instance, 'activity ' || a.event_id || ' (' || a.name || ') was left behind: it is ' || "
    "i.status "
    "from activities a join instances i on i.key = a.instance_key where i.status not in ('pending', "
    "'running')",

    "select a.instance, 'activity ' || a.event_id || ' (' || a.name || ') lies on shard ' || a.shard || "
    "', the instance on ' || i.shard "
    "from activities a join instances i on i.key = a.instance_key where i.shard <> a.shard",

    "select a.instance, 'activity ' || a.event_id || ' (' || a.name || ') is of execution ' || a.execution "
    "|| "
    "', the current one is ' || i.execution from activities a join instances i on i.key = a.instance_key "
    "where a.execution <> i.execution",

    "select t.instance, 'it is on crash probation, and does not exist' from trials t "
    "where not exists (select 1 from instances i where i.id = t.instance)",

    "select i.id, 'it lies on shard ' || i.shard || ', which does not exist' from instances i "
    "where not exists (select 1 from shards s where s.shard = i.shard)",

    "select i.id, 'its parent ' || i.parent_instance || ' does not exist' from instances i "
    "where i.parent_instance is not null "
    "and not exists (select 1 from instances p where p.id = i.parent_instance)",
};

// -- what only we can read ----------------------------------------------------

// Each gives an instance, what the column is, and the column.
struct columns_to_read {
  const char* sql;
  void (*read)(const std::string& column);
};

constexpr columns_to_read readable_columns[] = {
    {"select i.id, 'the error of execution ' || e.execution, e.error from executions e "
     "join instances i on i.key = e.instance_key where e.error is not null",
     [](const std::string& column) { error_from_json(column); }},
    {"select a.instance, 'the error of the answer to ' || a.command_id, a.error from answers a "
     "where a.error is not null",
     [](const std::string& column) { error_from_json(column); }},
    {"select m.instance, 'the error of message ' || m.id, m.error from inbox m where m.error is not null",
     [](const std::string& column) { error_from_json(column); }},
};

// Of a circle of parents, at least one comes into the store after its child.
constexpr const char* children_before_their_parents =
    "select c.id from instances c join instances p on p.id = c.parent_instance where p.key >= c.key";

// -- what only the events tell ------------------------------------------------

struct walked_execution {
  std::uint64_t execution = 0;
  std::optional<std::uint64_t> event_count;  // once it has ended
};

class walk {
public:
  walk(admin_session& db, const history_reader& read) : db_(db), verifier_(read) {}

  verification run() {
    db_.begin_reading();
    for (const char* question : questions) {
      const auto wrong = db_.stream(std::string("with wrong (instance, what) as (") + question +
                                    ") select instance, what from wrong");
      while (auto row = wrong->next()) verifier_.report(row->text("instance"), row->text("what"));
    }
    for (const columns_to_read& each : readable_columns) check_readable(each.sql, each.read);
    check_readable("select i.id, 'its labels', " + db_.labels_of("i") +
                       " from instances i "
                       "where exists (select 1 from labels l where l.instance_key = i.key)",
                   [](const std::string& column) { labels_from_json(column); });
    for (const sql_row& row : db_.rows(children_before_their_parents)) check_parents(row.text("id"));
    // All tables side by side: so an instance costs its rows, and no statement of its own.
    tables_.emplace(db_);
    const auto instances = db_.stream("select key, id, execution from instances order by key");
    while (auto row = instances->next()) {
      ++verifier_.found.instances;
      visit(row->number("key"), row->text("id"), row->number("execution"));
    }
    tables_.reset();
    return std::move(verifier_.found);
  }

private:
  void check_readable(const std::string& sql, void (*read)(const std::string& column)) {
    const auto rows = db_.stream("with stored (instance, what, value) as (" + sql +
                                 ") select instance, what, value from stored");
    while (auto row = rows->next()) {
      const std::string column = db_.payload(row->text("value"));
      try {
        read(column);
      } catch (const std::exception& e) {
        verifier_.report(row->text("instance"), row->text("what") + " cannot be read: " + reason_of(e));
      }
    }
  }

  void check_parents(const std::string& child) {
    std::set<std::string> seen;
    for (std::string instance = child; seen.insert(instance).second;) {
      const auto above = db_.rows("select parent_instance from instances where id = $1", {instance});
      instance = above.empty() ? std::string() : above.front().text("parent_instance");
      if (instance.empty()) return;
      if (instance == child) return verifier_.report(child, "its parents lead back to it");
    }
  }

  void visit(std::uint64_t key, const std::string& id, std::uint64_t current) {
    std::vector<walked_execution> executions;
    tables_->executions.take({key}, [&](sql_row& row) {
      walked_execution& one = executions.emplace_back();
      one.execution = row.number("execution");
      if (row.number("ended") == 1) one.event_count = row.number("event_count");
    });
    verifier_.found.executions += executions.size();
    // The journal of an actor has no row of its own.
    if (executions.empty()) executions.push_back({current, std::nullopt});
    for (const walked_execution& each : executions) visit(key, id, each);
  }

  void visit(std::uint64_t key, const std::string& id, const walked_execution& one) {
    verifier_.begin_execution(id, one.execution);
    tables_->history.take({key, one.execution}, [&](sql_row& row) {
      verifier_.take_row(row.number("first_event_id"), row.number("count"), row.text("packed"));
    });
    verifier_.end_history(one.event_count);
    tables_->activities.take({key, one.execution}, [&](sql_row& row) {
      verifier_.check_activity(row.number("event_id"), row.text("name"));
    });
    tables_->children.take({key, one.execution}, [&](sql_row& row) {
      verifier_.check_child(row.text("id"), row.number("parent_event_id"));
    });
  }

  // What belongs to an instance, or to one of its executions.
  struct tables {
    explicit tables(admin_session& db)
        : executions(
              db.stream(
                  "select instance_key, execution, case when ended_at is null then 0 else 1 end as ended, "
                  "coalesce(event_count, 0) as event_count from executions order by instance_key, execution"),
              {"instance_key"}),
          history(db.stream("select instance_key, execution, first_event_id, count, packed from history "
                            "order by instance_key, execution, first_event_id"),
                  {"instance_key", "execution"}),
          activities(db.stream("select instance_key, execution, event_id, name from activities "
                               "order by instance_key, execution, event_id"),
                     {"instance_key", "execution"}),
          children(db.stream("select p.key, c.parent_execution, c.id, c.parent_event_id from instances c "
                             "join instances p on p.id = c.parent_instance "
                             "order by p.key, c.parent_execution, c.key"),
                   {"key", "parent_execution"}) {}
    merge_cursor executions;
    merge_cursor history;
    merge_cursor activities;
    merge_cursor children;
  };

  admin_session& db_;
  verifier verifier_;
  std::optional<tables> tables_;
};

}  // namespace

std::span<const char* const> questions_of_verification() { return questions; }

verification verify_store(admin_session& db, const history_reader& read) { return walk(db, read).run(); }

}  // namespace duroxide::persistence
