#include "tests/persistence/sqlite/faults/observing.hpp"

#include "tests/persistence/corruptions.hpp"

namespace duroxide::persistence_tests {

namespace sqlite = persistence::sqlite;

namespace {

void append_rows(std::string& text, const sqlite::database& db, const std::string& sql) {
  sqlite::statement rows(db.handle(), sql);
  while (rows.step()) {
    for (int i = 0; i < sqlite3_column_count(rows.handle()); ++i) {
      const auto* cell = static_cast<const char*>(sqlite3_column_blob(rows.handle(), i));
      const auto size = static_cast<std::size_t>(sqlite3_column_bytes(rows.handle(), i));
      text += (i == 0 ? "" : "|") + (cell == nullptr ? std::string() : std::string(cell, size));
    }
    text += '\n';
  }
}

void do_step(process& worker, const step& what) {
  INFO(what.name);
  const auto failure = what.run(worker);
  INFO((failure ? failure->message : ""));
  REQUIRE_FALSE(failure.has_value());
}

}  // namespace

std::string contents(const sqlite::database& db) {
  std::string text;
  for (const char* table : {"meta", "instances", "executions", "history", "kv", "inbox", "activities",
                            "sessions", "trials", "labels", "problems", "writers", "shards", "sqlite_sequence"})
    append_rows(text += std::string(table) + "\n", db,
                "select * from " + std::string(table) + " order by 1, 2");
  append_rows(text += "nodes\n", db, "select id, name, state from nodes order by id");
  return text;
}

past live_through(faulty_disk& disk, const std::vector<step>& steps, sqlite_options options) {
  past lived;
  lived.before = disk.files();
  disk.put(lived.before);
  process worker{disk.file(store_name), options};
  for (const step& each : steps) {
    do_step(worker, each);
    const std::size_t events = lived.milestones.empty() ? 0 : disk.events().size();
    lived.milestones.push_back(
        {events, worker.store ? contents(*worker.store->reading()) : lived.milestones.back().contents});
  }
  lived.events = disk.events();
  return lived;
}

std::string goes_on(const faulty_disk& disk) {
  const std::string path = disk.file(store_name);
  const auto store = sqlite_provider::open(path);
  sqlite::database observer(path, SQLITE_OPEN_READWRITE);
  std::string found = contents(observer);
  CHECK(verified(*store).empty());
  CHECK(observer.value<std::string>("pragma integrity_check") == "ok");
  const std::uint64_t node = store->join({"the next", {}, {}}).value().node;
  const auto receipt = store->open_writer(node, 0).value()->commit(a_new_instance("next")).value();
  REQUIRE(receipt.turns.at(0).outcome == turn_outcome::committed);
  return found;
}

}  // namespace duroxide::persistence_tests
