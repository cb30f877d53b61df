#include "persistence/verifying.hpp"

#include <map>
#include <set>
#include <string>
#include <utility>

namespace duroxide::persistence {

namespace {

constexpr std::size_t most_reported = 1000;

// -- what SQL sees ------------------------------------------------------------

// Each gives an instance (or what there is of it) and what is wrong, for every row that is wrong.
constexpr const char* questions[] = {
    "select i.id, 'its current execution ' || i.execution || ' is missing' from instances i where not exists "
    "(select 1 from executions e where e.instance_key = i.key and e.execution = i.execution)",

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

    "select 'key ' || h.instance_key, 'events from ' || h.first_event_id || ' of execution ' || h.execution "
    "|| "
    "' belong to no execution' from history h where not exists (select 1 from executions e "
    "where e.instance_key = h.instance_key and e.execution = h.execution)",

    "select m.instance, 'a message (' || m.kind || ', ' || m.name || ') is for nobody' from inbox m "
    "where not exists (select 1 from instances i where i.id = m.instance)",

    "select m.instance, 'a message (' || m.kind || ') lies on shard ' || m.shard || ', the instance on ' || "
    "i.shard "
    "from inbox m join instances i on i.id = m.instance where i.shard <> m.shard",

    "select a.instance, 'activity ' || a.event_id || ' (' || a.name || ') belongs to no instance' "
    "from activities a where not exists (select 1 from instances i where i.id = a.instance)",

    "select a.instance, 'activity ' || a.event_id || ' (' || a.name || ') is of execution ' || a.execution "
    "|| "
    "', the current one is ' || i.execution from activities a join instances i on i.id = a.instance "
    "where a.execution <> i.execution",

    "select i.id, 'it lies on shard ' || i.shard || ', which does not exist' from instances i "
    "where not exists (select 1 from shards s where s.shard = i.shard)",

    "select i.id, 'its parent ' || i.parent_instance || ' does not exist' from instances i "
    "where i.parent_instance is not null "
    "and not exists (select 1 from instances p where p.id = i.parent_instance)",
};

// -- what only the events tell ------------------------------------------------

struct walked_instance {
  std::int64_t key = 0;
  std::string id;
};

struct walked_execution {
  std::uint64_t execution = 0;
  bool ended = false;
  std::uint64_t said_events = 0;  // once it has ended
};

class walk {
public:
  walk(admin_session& db, const history_reader& read) : db_(db), read_(read) {}

  verification run() {
    db_.begin_reading();
    for (const char* question : questions)
      db_.each(question, {}, [&](sql_row& row) {
        const std::string instance = row.text();
        report(instance, row.text());
      });
    db_.each("select key, id from instances order by key", {}, [&](sql_row& row) {
      walked_instance it;
      it.key = static_cast<std::int64_t>(row.number());
      it.id = row.text();
      ++found_.instances;
      visit(it);
    });
    return std::move(found_);
  }

private:
  void report(const std::string& instance, std::string what) {
    ++found_.breaks;
    if (found_.first.size() < most_reported) found_.first.push_back({instance, std::move(what)});
  }

  void visit(const walked_instance& it) {
    db_.each("select execution, case when ended_at is null then 0 else 1 end, coalesce(event_count, 0) "
             "from executions where instance_key = $1 order by execution",
             {it.key}, [&](sql_row& row) {
               walked_execution one;
               one.execution = row.number();
               one.ended = row.number() == 1;
               one.said_events = row.number();
               ++found_.executions;
               visit(it, one);
             });
  }

  void visit(const walked_instance& it, const walked_execution& one) {
    next_event_ = 1;
    activities_.clear();
    children_.clear();
    settled_.clear();
    const std::string place = "execution " + std::to_string(one.execution);
    db_.each("select first_event_id, count, packed from history where instance_key = $1 and execution = $2 "
             "order by first_event_id",
             {it.key, static_cast<std::int64_t>(one.execution)},
             [&](sql_row& row) { take_events(it, place, row); });
    const std::uint64_t events = next_event_ - 1;
    found_.events += events;
    if (one.ended && one.said_events != events)
      report(it.id, place + " ended with " + std::to_string(one.said_events) + " events, there are " +
                        std::to_string(events));
    check_activities(it, one);
    check_children(it, one);
  }

  void take_events(const walked_instance& it, const std::string& place, sql_row& row) {
    const std::uint64_t first = row.number();
    const std::uint64_t count = row.number();
    const std::string at = place + ", events from " + std::to_string(first) + ": ";
    if (first != next_event_)
      report(it.id, at + "event " + std::to_string(next_event_) + " should come here");
    next_event_ = first + count;
    try {
      const auto events = read_(first, row.text());
      if (events.size() != count)
        report(it.id, at + "the row says " + std::to_string(count) + " events, it holds " +
                          std::to_string(events.size()));
      for (const history_event& each : events) take_event(it, place, each);
    } catch (const std::exception& e) {
      report(it.id, at + "they cannot be read: " + e.what());
    }
  }

  void take_event(const walked_instance& it, const std::string& place, const history_event& event) {
    switch (event.kind) {
    case event_kind::activity_scheduled: activities_.insert(event.id); break;
    case event_kind::sub_orchestration_scheduled:
      children_.emplace(event.id, event.instance.value_or(std::string()));
      break;
    case event_kind::activity_completed:
    case event_kind::activity_failed: settle(it, place, event, activities_.contains(event.source)); break;
    case event_kind::sub_orchestration_completed:
    case event_kind::sub_orchestration_failed:
      settle(it, place, event, children_.contains(event.source));
      break;
    default: break;
    }
  }

  // What was scheduled is settled once (I5).
  void settle(const walked_instance& it, const std::string& place, const history_event& event,
              bool was_scheduled) {
    const std::string at = place + ", event " + std::to_string(event.id) + ": ";
    if (!was_scheduled)
      report(it.id,
             at + "it settles event " + std::to_string(event.source) + ", which scheduled no such thing");
    else if (!settled_.insert(event.source).second)
      report(it.id, at + "it settles event " + std::to_string(event.source) + " a second time");
  }

  void check_activities(const walked_instance& it, const walked_execution& one) {
    db_.each("select event_id, name from activities where instance = $1 and execution = $2",
             {it.id, static_cast<std::int64_t>(one.execution)}, [&](sql_row& row) {
               const std::uint64_t event = row.number();
               const std::string which = "activity " + std::to_string(event) + " (" + row.text() + ") ";
               if (!activities_.contains(event)) report(it.id, which + "was scheduled by no event");
               if (settled_.contains(event)) report(it.id, which + "is still to be run, but has its result");
             });
  }

  void check_children(const walked_instance& it, const walked_execution& one) {
    db_.each("select id, parent_event_id from instances where parent_instance = $1 and parent_execution = $2",
             {it.id, static_cast<std::int64_t>(one.execution)}, [&](sql_row& row) {
               const std::string child = row.text();
               const auto scheduled = children_.find(row.number());
               if (scheduled == children_.end() || scheduled->second != child)
                 report(child, "no event of its parent, " + it.id + ", scheduled it");
             });
  }

  admin_session& db_;
  const history_reader& read_;
  verification found_;
  // Of the execution that is being visited.
  std::uint64_t next_event_ = 1;
  std::set<std::uint64_t> activities_;
  std::map<std::uint64_t, std::string> children_;
  std::set<std::uint64_t> settled_;
};

}  // namespace

verification verify_store(admin_session& db, const history_reader& read) { return walk(db, read).run(); }

}  // namespace duroxide::persistence
