// What the operations of a provider read, while the store is empty and while it is full.
#include "tests/persistence/postgres/kit.hpp"

namespace laws_of_plans {

using namespace duroxide;
using namespace duroxide::conformance;
using namespace duroxide::persistence_tests;
using testing_support::private_server;

namespace {

// Has ended instances, and timers that sleep for long.
const char* const fill = R"(
  insert into instances (id, shard, orchestration, version, status, execution, next_event_id, history_format,
      created_at, updated_at, custom_status_version)
    select 'old-' || n, n % 256, 'Hello', '1.0.0', 'completed', 1, 3, 1, 0, 0, 0
    from generate_series(1, 100000) n;
  insert into executions (instance_key, execution, status, started_at, input)
    select key, 1, 'completed', 0, '' from instances where id like 'old-%';
  insert into history (instance_key, execution, first_event_id, count, packed)
    select key, 1, 1, 2, '{}' from instances where id like 'old-%';
  insert into kv (instance_key, key, updated_at, value)
    select key, 'x', 0, '' from instances where id like 'old-%' limit 20000;
  insert into inbox (instance_key, shard, instance, kind, execution, source, sent_at, visible_at, name, data)
    select key, shard, id, 'timer_due', 1, key, 0, 4000000000000 + key, '', ''
    from instances where id like 'old-%' limit 20000;
  insert into inbox (instance_key, shard, instance, kind, execution, source, sent_at, visible_at, name, data)
    select key, shard, id, 'enqueued', 0, 0, 0, 4000000000000 + key, 'orders', ''
    from instances where id like 'old-%' limit 20000;
  insert into nodes (name, state, started_at, last_seen_at, runs_orchestrations, orchestrations, activities,
                     history_formats)
    select 'dead', 'dead', 0, 0, true, '{}', '{}', '{1}' from generate_series(1, 5000);
  insert into activities (instance_key, instance, execution, event_id, shard, owner, shared, finished, attempts,
      attempt, retry_of, visible_at, due, name, input)
    select key, id, 1, 1, shard, 4711, key % 2 = 0, false, 0, 1, 0, 0, 0, 'greet', ''
    from instances where id like 'old-%' limit 20000;
)";

// Of all sessions that begin while it exists.
class only_nested_loops {
public:
  explicit only_nested_loops(raw_session& session)
      : session_(session), role_(session.run("select quote_ident(current_user)")) {
    for (const char* join : {"hash", "merge"})
      session_.run("alter role " + role_ + " set enable_" + join + "join = off");
  }
  only_nested_loops(const only_nested_loops&) = delete;
  only_nested_loops& operator=(const only_nested_loops&) = delete;
  ~only_nested_loops() { session_.run("alter role " + role_ + " reset all"); }

private:
  raw_session& session_;
  const std::string role_;
};

// Everything that a node does often, each a few times.
class busy_node {
public:
  // Rows that the life of an instance reads, whole tables and by index, when the sessions made their plans
  // before `change`. The shards are few, and read whole.
  int rows_read(const std::string& change) {
    raw_session other = node_.beside();
    other.run("set track_counts = off");
    const int before = rows_seen();
    round();
    other.run(change);
    round();
    return (rows_seen() - before) / (2 * lives);
  }
  std::string details() {
    return node_.beside().run("select string_agg(relname || ': ' || coalesce(seq_scan, 0) || ' scans of ' || "
                              "coalesce(seq_tup_read, "
                              "0) || ', by index ' || coalesce(idx_tup_fetch, 0), E'\\n') from "
                              "pg_stat_user_tables where schemaname "
                              "= current_schema()");
  }
  const lone_node& node() const { return node_; }

private:
  static constexpr int lives = 12;  // more than the five times after which a session keeps a plan

  void round() {
    for (int i = 0; i < lives; ++i) once();
  }

  void once() {
    const std::string id = "new-" + std::to_string(++made_);
    turn_commit first = scheduling({activity_of(id, 1), shared_activity(id, 2)});
    first.messages.push_back({timer_for(id, 1, moment(100)), false});
    first.messages.push_back({timer_for(id, 2, moment(100)), true});
    first.kv = {{"x", "1", moment(1)}, {"y", "2", moment(1)}};
    first.starts.push_back({start_of(id + "-child"), false, std::nullopt});
    first.starts.back().what.parent = parent_link{id, 1, 1};
    const auto ids = node_.commit(first).value().turns.at(0).message_ids;
    node_->post(event_for(id, "go")).value();
    node_->start(start_of(id + "-other")).value();
    const undelivered_page undelivered =
        node_->fetch_undelivered(node_.node(), position_, moment(1000 + made_), 100, {}).value();
    position_ = undelivered.position;
    node_->fetch_due(node_.node(), moment(1000 + made_), moment(1001 + made_), 100).value();
    node_->claim_activities(node_.node(), claim_at(0)).value();
    node_->lost_activities(node_.node(), {{id, 1, 2}}).value();
    const std::uint64_t life = node_->load(id).value()->life;
    node_->fetch_queue(id, life, "orders", 100).value();
    node_->status(id).value();
    node_->history(id, 0).value();
    node_->kv(id, std::nullopt).value();
    node_->kv(id, "x").value();
    node_->activities(id).value();
    node_->heartbeat(node_.node()).value();
    node_->is_offered("greet").value();

    commit_batch outcome;
    outcome.outcomes.push_back(outcome_of({id, 1, 2}, "1"));
    outcome.progress.push_back({{id, 1, 1}, "half", moment(1)});
    node_.writer().commit(outcome).value();
    turn_commit second = turn_of(id, 3);
    second.consumed = {ids.at(0)};
    second.cancelled_timers = {2};
    second.finished_activities = {2};
    second.kv = {{"x", std::nullopt, moment(1)}, {"y", "3", moment(1)}};
    second.update.custom_status = std::optional<std::string>("busy");
    REQUIRE(outcome_of_commit(node_.commit(second)) == "committed");
    REQUIRE(outcome_of_commit(node_.commit(last_turn(id, 4))) == "committed");
    turn_commit child = turn_of(id + "-child", 1);
    child.ends = last_turn(id, 1).ends;
    child.update.status = runtime_status::completed;
    REQUIRE(outcome_of_commit(node_.commit(child)) == "committed");
    node_->start(start_of(id), true).value();
  }

  // What the sessions have read is told when they have been idle for a while, or when they end.
  int rows_seen() const {
    node_.lose_sessions();
    return node_.beside().number(
        "select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) from "
        "pg_stat_user_tables where schemaname = current_schema() and relname <> 'shards'");
  }

  lone_node node_;
  std::string position_;
  int made_ = 0;
};

}  // namespace

LAW("no operation reads more because the store is full, whenever its plan was made") {
  busy_node busy;
  const int empty = busy.rows_read("select 1");
  const int filled = busy.rows_read(fill);
  const int full = busy.rows_read("analyze");
  const int analyzed = busy.rows_read("select 1");
  INFO("rows read in a life: " << empty << " when empty, " << filled << " while it was filled, " << full
                               << " when full, " << analyzed << " after an analyze\n"
                               << busy.details());
  CHECK(empty < 1000);
  CHECK(filled < empty + 200);
  CHECK(full < empty + 200);
  CHECK(analyzed < empty + 200);
}

LAW("a page of a queue, and a load, cost what they bring, however long the queue is") {
  const lone_node node;
  REQUIRE(outcome_of_commit(node.commit(first_turn("a"))) == "committed");
  const std::uint64_t life = life_of(*node, "a");
  raw_session other = node.beside();
  const auto rows_read = [&] {
    node.lose_sessions();
    return node.beside().number(
        "select coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) from pg_stat_user_tables "
        "where schemaname = current_schema() and relname = 'inbox'");
  };
  for (const char* moment : {"before an analyze", "after it"}) {
    INFO(moment);
    other.run(
        "insert into inbox (instance_key, shard, instance, kind, execution, source, sent_at, visible_at, "
        "name, data) select " +
        std::to_string(life) +
        ", 0, 'a', 'enqueued', 0, 0, 0, 0, 'orders', 'x' from generate_series(1, 20000)");
    const int before = rows_read();
    for (int i = 0; i < 10; ++i) {
      CHECK(node->fetch_queue("a", life, "orders", 100).value().messages.size() == 100);
      CHECK(node->load("a").value()->inbox.empty());
    }
    CHECK(rows_read() - before < 10 * 300);
    other.run("analyze");
  }
}

LAW("what waits for a node is looked through once, not once for each of its shards") {
  constexpr int rows = 30'000;
  const lone_node node;
  REQUIRE(outcome_of_commit(node.commit(first_turn("a"))) == "committed");
  const std::string life = std::to_string(life_of(*node, "a"));
  raw_session other = node.beside();
  const std::string numbers = " from generate_series(1, " + std::to_string(rows) + ") n";
  other.run("insert into inbox (instance_key, shard, instance, kind, execution, source, sent_at, visible_at, "
            "name, data) select " +
            life + ", n % 256, 'a', 'timer_due', 1, n, 0, 0, '', ''" + numbers);
  other.run(
      "insert into activities (instance_key, instance, execution, event_id, shard, owner, shared, finished, "
      "attempts, attempt, retry_of, visible_at, due, name, input) select " +
      life + ", 'a', 1, n + 10, n % 256, null, true, false, 0, 1, 0, 0, 0, 'greet', ''" + numbers);
  // To the planner a node that has just got all shards has none, and it joins by going through one side for
  // each row of the other. (What else it may do it may also find too dear, if the tables have dead rows.)
  const only_nested_loops planner(other);
  other.run("create temp table owners as select shard, node from shards; update shards set node = null; "
            "analyze; update shards s set node = o.node from owners o where o.shard = s.shard");
  const auto rows_read = [&] {
    node.lose_sessions();
    return node.beside().number(
        "select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) from pg_stat_user_tables "
        "where schemaname = current_schema() and relname in ('inbox', 'activities', 'instances')");
  };
  const auto check_reads = [&](const char* name, const auto& call) {
    INFO(name);
    const int before = rows_read();
    CHECK(call() == 100);
    CHECK(rows_read() - before <= 2 * rows);
  };
  check_reads("undelivered", [&] {
    return node->fetch_undelivered(node.node(), {}, moment(1000), 100, {}).value().messages.size();
  });
  check_reads("what is due", [&] {
    return node->fetch_due(node.node(), timestamp(duration(-1)), moment(1000), 100).value().size();
  });
  check_reads("activities", [&] {
    return node->fetch_activities(node.node(), all_shards, std::nullopt, 100).value().size();
  });
}

LAW("a commit goes from what it writes to its rows, whatever the statistics say") {
  constexpr int instances = 100;
  const lone_node node;
  raw_session other = node.beside();
  const auto scans_of = [&](const std::string& which) {
    node.lose_sessions();
    return node.beside().number(
        "select coalesce(sum(idx_scan), 0) from pg_stat_user_indexes where schemaname = "
        "current_schema() and relname in ('instances', 'inbox', 'activities') and " +
        which);
  };
  const std::string by_key = "indexrelname in ('instances_pkey')";
  // What runs, what is due, what can be claimed: short lists, which a planner may think worth walking
  // through.
  const std::string by_list = "indexrelname in ('instances_not_completed', 'instances_by_orchestration', "
                              "'inbox_by_time', 'inbox_by_transaction', 'activities_claimable', "
                              "'activities_claimable_on_session')";
  int made = 0;
  const auto live_and_end = [&] {
    std::vector<turn_commit> first;
    std::vector<turn_commit> last;
    for (int i = 0; i < instances; ++i) {
      const std::string id = "i" + std::to_string(++made);
      first.push_back(scheduling({activity_of(id, 2)}));
      last.push_back(last_turn(id, 3));
      last.back().finished_activities = {2};
    }
    const auto born = node.writer().commit(batch_of(first)).value();
    for (std::size_t i = 0; i < last.size(); ++i) last[i].life = born.turns.at(i).life;
    REQUIRE(outcome_of_commit(node.writer().commit(batch_of(last))) == "committed");
  };
  for (const char* moment : {"while nothing is there", "when all have completed", "and once more"}) {
    INFO("analyze " << moment);
    other.run("analyze");
    const int keys_before = scans_of(by_key);
    const int lists_before = scans_of(by_list);
    live_and_end();
    CHECK(scans_of(by_key) - keys_before >= instances);
    CHECK(scans_of(by_list) == lists_before);
  }
}

}  // namespace laws_of_plans
