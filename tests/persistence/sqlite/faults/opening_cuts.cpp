// Power cuts while a file becomes a store of this build.
#include "persistence/sqlite/migrations.hpp"
#include "persistence/sqlite/schema.hpp"
#include "persistence/store_failure.hpp"
#include "tests/persistence/sqlite/faults/cutting.hpp"
#include "tests/support/catch.hpp"

using namespace duroxide;
using namespace duroxide::persistence_tests;

namespace sqlite = duroxide::persistence::sqlite;

namespace {

// Whatever a cut left, opening it gives what the undisturbed opening gave.
void cut_while_opening(faulty_disk& disk) {
  const past opened = live_through(disk, {opening(), closing()});
  for_each_cut(opened, {8}, [&](const power_cut& cut, const disk_image& left) {
    INFO("power cut after " << cut.events << " of " << opened.events.size() << " events, seed " << cut.seed);
    disk.put(left);
    REQUIRE(goes_on(disk) == opened.milestones.front().contents);
  });
}

void run_sql(const faulty_disk& disk, const std::string& sql) {
  sqlite::database(disk.file(store_name), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE).run_script(sql);
}

}  // namespace

LAW("a power cut while a store is made leaves a file that still becomes one") {
  faulty_disk disk;
  cut_while_opening(disk);
}

LAW("a power cut while a database without tables becomes a store leaves a file that still becomes one") {
  faulty_disk disk;
  run_sql(disk, "pragma application_id = 7; vacuum");
  cut_while_opening(disk);
}

LAW("a power cut while an old store is migrated leaves the old one or the new one, with all that is in it") {
  faulty_disk disk;
  run_sql(disk, "pragma journal_mode = wal");
  run_sql(disk, std::string(sqlite::migrations()[0]));
  run_sql(disk,
          "pragma application_id = " + std::to_string(sqlite::application_id) +
              "; pragma user_version = 1;"
              "insert into instances values (1, 'a', 3, 'Hello', '1.0.0', 'running', 1, null, null, null, 1, "
              "5, 6, 0, null);"
              "insert into executions values (1, 1, 'running', 5, null, null, null, null, '\"in\"');"
              "insert into kv values (1, 'x', 7, '1');"
              "insert into inbox values (9, 3, 'a', 'event_raised', 0, 0, null, 0, 5, 5, 'go', null, '');");
  cut_while_opening(disk);
}

LAW("a database of another program that a power cut caught in a transaction is refused and left alone") {
  faulty_disk disk;
  run_sql(disk, "create table theirs (x); insert into theirs values (1)");
  const disk_image theirs = disk.files();
  std::size_t events = 0;
  for (;;) {
    disk.put(theirs);
    disk.cut_power_at(++events);
    try {
      run_sql(disk, "update theirs set x = 2");
    } catch (const persistence::store_failure&) {
      CHECK_FALSE(disk.has_power());
    }
    if (disk.has_power()) break;
    disk.power_on(1);
    const disk_image left = disk.files();
    try {
      sqlite_provider::open(disk.file(store_name));
      FAIL("it was opened");
    } catch (const infrastructure_error& e) {
      CHECK(e.kind() == error_kind::store_incompatible);
      CHECK(std::string(e.what()).find("the file is a database of another program") != std::string::npos);
    }
    CHECK(disk.files() == left);
  }
  CHECK(events > 5);  // the last of them after the journal was synced
}
