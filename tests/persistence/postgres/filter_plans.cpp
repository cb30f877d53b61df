// What a page of a filter reads in a store of 100 000 instances.
#include "tests/persistence/filters.hpp"
#include "tests/persistence/postgres/kit.hpp"

namespace laws_of_filter_plans {

using namespace duroxide;
using namespace duroxide::conformance;
using namespace duroxide::persistence_tests;

LAW("a page of each filter that an index serves reads far fewer rows than the store has") {
  const lone_node node;
  raw_session other = node.beside();
  other.run(many_instances("generate_series(1, 100000) n", ", next_event_id", ", 1"));
  const auto rows_read = [&] {
    node.lose_sessions();
    return node.beside().number("select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) from "
                                "pg_stat_user_tables where schemaname = current_schema() and relname in "
                                "('instances', 'labels')");
  };
  const auto cost = [&](const std::string& text) {
    const filter what = parse_filter(text, moment(0));
    const int before = rows_read();
    const instance_page first = node->administration().find(what, {}).value();
    if (!first.cursor.empty()) node->administration().find(what, {100, first.cursor}).value();
    return rows_read() - before;
  };
  for (const bool analyzed : {false, true}) {
    if (analyzed) other.run("analyze");
    for (const char* each : indexed_filters()) {
      INFO(each << (analyzed ? ", after analyze" : ""));
      CHECK(cost(each) < 5000);
    }
  }
}

}  // namespace laws_of_filter_plans
