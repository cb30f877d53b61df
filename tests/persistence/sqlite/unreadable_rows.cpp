// Rows that somebody has spoilt are named, stay, and stop nobody else.
#include "tests/persistence/unreadable_rows.hpp"

#include "duroxide/sqlite_provider.hpp"
#include "persistence/sqlite/database.hpp"
#include "tests/persistence/conformance/kit.hpp"
#include "tests/persistence/corruptions.hpp"
#include "tests/persistence/sqlite/temporary_folder.hpp"

namespace laws_of_unreadable_rows {

using namespace duroxide;
using namespace duroxide::conformance;
using duroxide::persistence_tests::temporary_folder;

namespace {

struct spoilt_store {
  temporary_folder folder;
  std::shared_ptr<provider> client = sqlite_provider::open(folder.file("test.db"));
  std::uint64_t node = client->join({"tester", {}, {}}).value().node;

  spoilt_store() {
    for (const auto* instance : {"a", "b"}) {
      client->start(start_of(instance)).value();
      client->post(event_for(instance, instance)).value();
    }
  }
  void spoil(const std::string& sql) {
    persistence::sqlite::database(folder.file("test.db"), SQLITE_OPEN_READWRITE).run_script(sql);
  }
};

}  // namespace

LAW("a message that cannot be read keeps its instance from loading, and only that one") {
  for (const std::string change : {"kind = 'gossip'", "error = 'not JSON'", "error = '{}'"}) {
    spoilt_store store;
    store.spoil("update inbox set " + change + " where name = 'a'");
    CHECK(outline(store.client->fetch_undelivered(store.node, "", end_of_time, 10, {}).value().messages) ==
          "0 0 b");
    CHECK(outline(store.client->fetch_due(store.node, timestamp::min(), end_of_time, 10).value()) == "0 0 b");
    CHECK(store.client->load("b").value().has_value());

    const auto refused = store.client->load("a");
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().certainty == commit_certainty::broken);
    CHECK(refused.error().kind == error_kind::corrupted_history);
    CHECK(refused.error().message.find("the row of table inbox with id 2 cannot be read") !=
          std::string::npos);
    CHECK(store.client->fetch_undelivered(store.node, "", end_of_time, 10, {}).value().messages.size() == 3);
  }
}

LAW("an instance whose labels cannot be read is named") {
  for (const std::string values : {"'gossip', 'x'", "'number', 'x'", "'time', 'noon'"}) {
    spoilt_store store;
    store.spoil("insert into labels (instance_key, name, type, text) select key, 'a', " + values +
                " from instances where id = 'a'");
    for (const auto& message :
         {store.client->load("a").error().message, store.client->status("a").error().message})
      CHECK(message.find("the row of table instances with id 'a' cannot be read: ") != std::string::npos);
    CHECK(store.client->status("b").value().status == runtime_status::pending);
  }
}

LAW("an instance whose status cannot be read is named") {
  spoilt_store store;
  store.spoil("update instances set status = 'asleep' where id = 'a'");
  for (const auto& message :
       {store.client->load("a").error().message, store.client->status("a").error().message}) {
    CHECK(
        message.find("the row of table instances with id 'a' cannot be read: no status is called 'asleep'") !=
        std::string::npos);
  }
  CHECK(store.client->status("b").value().status == runtime_status::pending);
}

namespace {

// The instances p and its child c.
struct family_in_a_file {
  temporary_folder folder;
  std::shared_ptr<provider> client = sqlite_provider::open(folder.file("test.db"));
  std::unique_ptr<store_writer> writer =
      client->open_writer(client->join({"tester", {}, {}}).value().node, 0).value();

  family_in_a_file() { persistence_tests::fill_soundly(*client, *writer); }
  void run(const std::string& sql) const {
    persistence::sqlite::database(folder.file("test.db"), SQLITE_OPEN_READWRITE).run_script(sql);
  }
};

}  // namespace

LAW("an operator is shown what can be read of a row in a file, and all others") {
  for (const auto& each : persistence_tests::spoilt_rows()) {
    const family_in_a_file store;
    store.run(each.sql);
    persistence_tests::check_shown(*store.client, each);
  }
  const family_in_a_file store;
  store.run(persistence_tests::spoil_execution);
  persistence_tests::check_execution_shown(*store.client);
}

LAW("a text in the place of a number in a file is shown as such") {
  const family_in_a_file store;
  store.run("update instances set execution = 'one', created_at = 'today' where id = 'c'");
  const auto found = store.client->administration().info("c").value().value();
  CHECK(found.summary.unreadable == "execution: 'one' is no number; created_at: 'today' is no number");
  CHECK(store.client->administration().list({}).value().instances.size() == 2);
}

LAW("a node in a file whose offer cannot be read is listed beside the others") {
  const family_in_a_file store;
  store.client->join({"other", {"Hello"}, {}}).value();
  store.run("update nodes set activities = 'not JSON' where name = 'other'");
  const auto nodes = store.client->administration().nodes(10).value();
  REQUIRE(nodes.size() == 2);
  CHECK(nodes[0].unreadable.starts_with("activities: "));
  CHECK(nodes[0].orchestrations == std::vector<std::string>{"Hello"});
  CHECK(nodes[1].unreadable.empty());
}

LAW("a circle of parents in a file stops nobody, and what has an unknown status can be deleted") {
  const family_in_a_file round;
  persistence_tests::check_circle(*round.client, [&](const std::string& sql) { round.run(sql); });
  const family_in_a_file store;
  persistence_tests::check_deleted(*store.client, [&](const std::string& sql) { store.run(sql); });
}

}  // namespace laws_of_unreadable_rows
