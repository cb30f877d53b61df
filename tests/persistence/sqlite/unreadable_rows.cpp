// Rows that somebody has spoilt are named, stay, and stop nobody else.
#include "duroxide/sqlite_provider.hpp"
#include "persistence/sqlite/database.hpp"
#include "tests/persistence/conformance/kit.hpp"
#include "tests/persistence/sqlite/temporary_folder.hpp"

namespace laws_of_unreadable_rows {

using namespace duroxide;
using namespace duroxide::conformance;
using duroxide::persistence_tests::temporary_folder;

namespace {

struct spoilt_store {
  temporary_folder folder;
  std::shared_ptr<provider> in = sqlite_provider::open(folder.file("test.db"));
  std::uint64_t node = in->join({"tester", {}, {}}).value().node;

  spoilt_store() {
    for (const auto* instance : {"a", "b"}) {
      in->start(start_of(instance)).value();
      in->post(event_for(instance, instance)).value();
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
    CHECK(outline(store.in->fetch_mail(store.node, "", end_of_time, 10, {}).value().messages) == "0 0 b");
    CHECK(outline(store.in->fetch_due(store.node, timestamp::min(), end_of_time, 10).value()) == "0 0 b");
    CHECK(store.in->load("b").value().has_value());

    const auto refused = store.in->load("a");
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().fate == store_fate::broken);
    CHECK(refused.error().kind == error_kind::corrupted_history);
    CHECK(refused.error().message.find("the row of table inbox with id 2 cannot be read") !=
          std::string::npos);
    CHECK(store.in->fetch_mail(store.node, "", end_of_time, 10, {}).value().messages.size() == 3);
  }
}

LAW("an instance whose labels cannot be read is named") {
  for (const std::string labels : {"'not JSON'", "'[1]'", "'{\"a\": 1}'"}) {
    spoilt_store store;
    store.spoil("update instances set labels = " + labels + " where id = 'a'");
    for (const auto& message : {store.in->load("a").error().message, store.in->status("a").error().message})
      CHECK(message.find("the row of table instances with id 'a' cannot be read: ") != std::string::npos);
    CHECK(store.in->status("b").value().status == runtime_status::pending);
  }
}

LAW("an instance whose status cannot be read is named") {
  spoilt_store store;
  store.spoil("update instances set status = 'asleep' where id = 'a'");
  for (const auto& message : {store.in->load("a").error().message, store.in->status("a").error().message}) {
    CHECK(
        message.find("the row of table instances with id 'a' cannot be read: no status is called 'asleep'") !=
        std::string::npos);
  }
  CHECK(store.in->status("b").value().status == runtime_status::pending);
}

}  // namespace laws_of_unreadable_rows
