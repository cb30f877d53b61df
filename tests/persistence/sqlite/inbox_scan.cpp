// What reading the inbox costs while many sleep.
#include "persistence/sqlite/inbox.hpp"
#include "persistence/sqlite/schema.hpp"
#include "tests/persistence/conformance/kit.hpp"

namespace laws_of_the_inbox_scan {

using namespace duroxide;
using namespace duroxide::conformance;
using namespace duroxide::persistence::sqlite;

namespace {

// An inbox with timers that are due in `from`, `from` + 1 ms and so on.
struct inbox_of_sleepers {
  database db{":memory:", SQLITE_OPEN_READWRITE};
  std::string position;
  int steps = 0;

  inbox_of_sleepers() {
    migrate(db);
    db.run_script("update shards set node = 1");
    sqlite3_progress_handler(db.handle(), 1, count, &steps);
  }
  static int count(void* steps) {
    ++*static_cast<int*>(steps);
    return 0;
  }
  void add(int timers, std::optional<int> delivered_to) {
    db.run("with recursive counted (n) as (select 1 union all select n + 1 from counted where n < ?1) "
           "insert into inbox (instance_key, shard, instance, kind, execution, source, delivered_to, "
           "sent_at, visible_at, "
           "name) "
           "select 1, 0, 'a', 'timer_due', 1, n, ?2, 0, ?3 + n, '' from counted",
           timers, delivered_to, moment(1000));
  }
  // The steps that SQLite takes for a fetch that finds nothing.
  int cost(timestamp until) {
    steps = 0;
    undelivered_page page = read_undelivered(db, {1, position, until, 100, {}});
    REQUIRE(page.messages.empty());
    position = page.position;
    return steps;
  }
};

}  // namespace

LAW("what was passed over once is not looked at with every fetch") {
  for (const auto delivered_to : {std::optional<int>(), std::optional<int>(1)}) {
    inbox_of_sleepers inbox;
    inbox.add(2000, delivered_to);
    const int first = inbox.cost(moment(500));
    CHECK(first > 2000);
    CHECK(inbox.cost(moment(500)) < 500);
    CHECK(inbox.cost(moment(600)) < 500);
    inbox.add(2000, delivered_to);
    CHECK(inbox.cost(moment(700)) > 2000);
    CHECK(inbox.cost(moment(800)) < 500);
  }
}

}  // namespace laws_of_the_inbox_scan
