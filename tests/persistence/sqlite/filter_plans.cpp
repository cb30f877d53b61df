// What a page of a filter costs in a store of 100 000 instances.
#include "persistence/finding.hpp"
#include "persistence/sqlite/admin.hpp"
#include "tests/persistence/conformance/kit.hpp"
#include "tests/persistence/filters.hpp"

namespace laws_of_filter_plans {

using namespace duroxide;
using namespace duroxide::conformance;
using duroxide::persistence::sqlite::store;

namespace {

struct large_store {
  std::shared_ptr<store> opened = store::open_in_memory();
  int steps = 0;

  large_store() {
    const auto db = opened->writing();
    db->run_script(
        "create temp table numbers as with recursive counted (n) as (select 1 union all select n + 1 "
        "from counted where n < 100000) select n from counted;" +
        persistence_tests::many_instances("temp.numbers", "", ""));
    sqlite3_progress_handler(db->handle(), 1, count, &steps);
  }
  static int count(void* steps) {
    ++*static_cast<int*>(steps);
    return 0;
  }
  // The steps that SQLite takes for the first page and the one behind it.
  int cost(const std::string& text) {
    const filter what = parse_filter(text, moment(0));
    const auto session = persistence::sqlite::make_admin_dialect(*opened).reading();
    steps = 0;
    const instance_page first = persistence::find_instances(*session, what, {});
    if (!first.cursor.empty()) persistence::find_instances(*session, what, {100, first.cursor});
    return steps;
  }
};

}  // namespace

LAW("a page of each filter that an index serves costs far less than the store has rows") {
  large_store large;
  CHECK(large.cost("version = x") > 200'000);
  for (const bool analyzed : {false, true}) {
    if (analyzed) large.opened->writing()->run_script("analyze");
    for (const char* each : persistence_tests::indexed_filters()) {
      INFO(each << (analyzed ? ", after analyze" : ""));
      CHECK(large.cost(each) < 60'000);
    }
  }
}

}  // namespace laws_of_filter_plans
