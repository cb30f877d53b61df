// What a file of ours looks like to others, and that it keeps what was written.
#include "persistence/sqlite/schema.hpp"
#include "persistence/sqlite/store.hpp"
#include "tests/persistence/conformance/kit.hpp"
#include "tests/persistence/sqlite/temporary_folder.hpp"

#include <thread>

namespace laws_of_file {

using namespace duroxide;
using namespace duroxide::conformance;
using duroxide::persistence::sqlite::database;
using duroxide::persistence::sqlite::row_cursor;
using duroxide::persistence::sqlite::store;
using duroxide::persistence_tests::temporary_folder;

namespace {

// Writes `turns` into a new store and leaves it.
void write(const std::string& path, std::vector<turn_commit> turns) {
  const auto provider = sqlite_provider::open(path);
  const std::uint64_t node = provider->join({"tester", {}, {}}).value().node;
  const auto receipt = provider->open_writer(node, 0).value()->commit(batch_of(std::move(turns))).value();
  for (const auto& turn : receipt.turns) REQUIRE(turn.outcome == turn_outcome::committed);
  provider->leave(node).value();
}

// Rows of one text, one per line.
std::string rows_text(row_cursor rows) {
  std::string text;
  for (std::string row; rows.next(); text += row + '\n') rows.read(persistence::only_column, row);
  return text;
}

}  // namespace

LAW("a file has a write-ahead log and the durability that was asked for") {
  const temporary_folder folder;
  const auto synchronous = [&](const char* name, sqlite_durability durability) {
    return store::open(folder.file(name), {durability})->writing()->value<int>("pragma synchronous");
  };
  CHECK(synchronous("full.db", sqlite_durability::survives_power_loss) == 2);
  CHECK(synchronous("normal.db", sqlite_durability::survives_process_crash_only) == 1);
  database db(folder.file("full.db"), SQLITE_OPEN_READWRITE);
  CHECK(db.value<std::string>("pragma journal_mode") == "wal");
  CHECK(db.value<std::uint32_t>("pragma application_id") == persistence::sqlite::application_id);
  CHECK(db.value<int>("pragma user_version") == 9);
}

LAW("a file keeps what was written when it is opened again") {
  const temporary_folder folder;
  turn_commit turn = first_turn("a");
  turn.activities.push_back(activity_of("a", 2));
  turn.messages.push_back({event_for("a", "go"), false});
  write(folder.file("kept.db"), {turn});

  const auto again = sqlite_provider::open(folder.file("kept.db"));
  const auto loaded = again->load("a").value();
  REQUIRE(loaded.has_value());
  CHECK(loaded->history.at(0).packed == turn.history.at(0).packed);
  CHECK(outline(loaded->inbox) == "go");
  CHECK(loaded->activities.size() == 1);
}

LAW("the view history_events shows one row per event") {
  const temporary_folder folder;
  turn_commit turn = first_turn("a");
  turn.history.at(0).packed =
      R"({"build":"0.1","at":1700000000000,"events":[{"kind":"orchestration_started","name":"Hello","data":"\"in\""},)"
      R"({"kind":"activity_scheduled","name":"greet","data":{"base64":"AP8="}}]})";
  write(folder.file("view.db"), {turn, turn_of("a", 3)});

  database db(folder.file("view.db"), SQLITE_OPEN_READWRITE);
  CHECK(rows_text(db.rows(
            "select event_id || '|' || kind || '|' || coalesce(name, '') || '|' || coalesce(data, '') "
            "from history_events where instance = 'a'")) ==
        "1|orchestration_started|Hello|\"in\"\n"
        "2|activity_scheduled|greet|{\"base64\":\"AP8=\"}\n"
        "3|guid_recorded||3\n");
  CHECK(rows_text(db.rows("select recorded_at || '|' || build || '|' || event from history_events "
                          "where event_id = 2")) ==
        "2023-11-14 "
        "22:13:20|0.1|{\"kind\":\"activity_scheduled\",\"name\":\"greet\",\"data\":{\"base64\":\"AP8=\"}}\n");
  CHECK(rows_text(
            db.rows("select id || '|' || status || '|' || input || '|' || created from instance_overview")) ==
        "a|running|\"in\"|2023-11-14 22:13:20\n");
}

LAW("payloads are text that people can read, if they are text") {
  const temporary_folder folder;
  turn_commit turn = first_turn("a");
  for (const std::string& data : {std::string("\"gr\u00fcn\""), std::string("\xff"), std::string("\0", 1)}) {
    message sent = event_for("a", "go");
    sent.data = data;
    turn.messages.push_back({sent, false});
  }
  write(folder.file("text.db"), {turn});
  database db(folder.file("text.db"), SQLITE_OPEN_READWRITE);
  CHECK(db.value<std::string>("select group_concat(typeof(data)) from inbox") == "text,blob,blob");
}

LAW("several that make the same file at the same time all get it") {
  const temporary_folder folder;
  std::vector<std::thread> threads;
  std::vector<std::string> answers(4);
  for (auto& answer : answers) {
    threads.emplace_back([&folder, &answer] {
      try {
        answer = to_string(sqlite_provider::open(folder.file("new.db"))->status("a").value().status);
      } catch (const std::exception& e) {
        answer = e.what();
      }
    });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& answer : answers) CHECK(answer == "not_found");
}

}  // namespace laws_of_file
