// What an operator sees of rows that somebody has spoilt, and of all others; the same SQL for all dialects.
#pragma once

#include "tests/persistence/conformance/kit.hpp"

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

namespace duroxide::persistence_tests {

struct spoilt_row {
  std::string sql;
  std::string unreadable;  // how the summary of p begins to say it
};

inline const std::vector<spoilt_row>& spoilt_rows() {
  static const std::vector<spoilt_row> all{
      {"update instances set status = 'bogus' where id = 'p'", "status: no status is called 'bogus'"},
      {"insert into labels (instance_key, name, type, text) select key, 'team', 'gossip', 'blue' "
       "from instances where id = 'p'",
       "labels: no label has the type 'gossip'"},
      {"insert into labels (instance_key, name, type, text) select key, 'amount', 'number', 'x' "
       "from instances where id = 'p'; update instances set status = '' where id = 'p'",
       "status: no status is called ''; labels: "},
  };
  return all;
}

// The store has the instances p and its child c.
inline void check_shown(provider& store, const spoilt_row& spoilt) {
  INFO(spoilt.sql);
  store_administration& administration = store.administration();
  const auto check_p = [&](const instance_summary& summary) {
    CHECK(summary.instance == "p");
    CHECK(summary.orchestration == "Hello");
    CHECK(summary.execution == 1);
    CHECK(summary.unreadable.starts_with(spoilt.unreadable));
  };
  instance_query query;
  query.order = instance_order::id;
  query.descending = false;
  query.limit = 1;
  const instance_page first = administration.list(query).value();
  REQUIRE(first.instances.size() == 1);
  CHECK(first.instances[0].instance == "c");
  CHECK(first.instances[0].unreadable.empty());
  query.cursor = first.cursor;
  const instance_page second = administration.list(query).value();
  REQUIRE(second.instances.size() == 1);
  check_p(second.instances[0]);
  CHECK(second.cursor.empty());
  check_p(administration.info("p").value().value().summary);
  const auto read = [](std::uint64_t, const std::string&) { return std::vector<history_event>(); };
  const explanation told = administration.explain("p", timestamp(), read).value().value();
  CHECK(told.orchestration == "Hello");
  CHECK(told.unreadable.starts_with("status: ") == spoilt.unreadable.starts_with("status: "));
  const auto tree = administration.tree("p").value();
  REQUIRE(tree.size() == 2);
  check_p(tree[0].summary);
  CHECK(tree[1].summary.unreadable.empty());
  CHECK(tree[1].depth == 1);
  const system_metrics figures = administration.metrics().value();
  CHECK(figures.instances == 2);
  CHECK(figures.running + figures.unreadable == 2);
}

// Of the execution of p, whose status and error were spoilt.
inline void check_execution_shown(provider& store) {
  const std::vector<execution_info> executions = store.administration().executions("p", 0).value();
  REQUIRE(executions.size() == 1);
  CHECK(executions[0].execution == 1);
  CHECK(executions[0].event_count == 3);
  CHECK(executions[0].unreadable.starts_with("status: no status is called 'bogus'; error: "));
  const auto info = store.administration().info("p").value().value();
  CHECK(info.summary.unreadable.starts_with("error: "));
  CHECK_FALSE(info.error.has_value());
}

inline const char* const spoil_execution = "update executions set status = 'bogus', error = 'not JSON' "
                                           "where instance_key = (select key from instances where id = 'p')";

// A circle of parents keeps nobody waiting, and can be deleted once it is none.
inline void check_circle(provider& store, const std::function<void(const std::string&)>& run) {
  run("update instances set parent_instance = 'c', parent_execution = 1, parent_event_id = 1 where id = 'p'");
  const auto tree = store.administration().tree("p").value();
  REQUIRE(tree.size() == 2);
  CHECK(tree[0].summary.instance == "p");
  CHECK(tree[0].depth == 0);
  CHECK(tree[1].depth == 1);
  CHECK(store.administration().tree("c").value().size() == 2);
  CHECK(store.administration().list({}).value().instances.size() == 2);
  run("update instances set parent_instance = null where id = 'p'");
  CHECK(store.administration().remove("p", true).value().deleted.instances == 2);
}

// A status that nobody knows may be one of a program that runs: only force deletes it.
inline void check_deleted(provider& store, const std::function<void(const std::string&)>& run) {
  run("update instances set status = 'bogus' where id = 'p'");
  CHECK(store.administration().remove("p", false).value().refusal == deletion_refusal::still_running);
  CHECK(store.administration().remove("p", true).value().deleted.instances == 2);
}

}  // namespace duroxide::persistence_tests
