// Commits that fail: what is certain afterwards, and that the next one works.
#include "persistence/sqlite/membership.hpp"
#include "persistence/sqlite/transaction.hpp"
#include "persistence/sqlite/writer.hpp"
#include "tests/persistence/conformance/kit.hpp"
#include "tests/persistence/sqlite/temporary_folder.hpp"

namespace laws_of_failed_commits {

using namespace duroxide;
using namespace duroxide::conformance;
using duroxide::persistence::sqlite::membership;
using duroxide::persistence::sqlite::store;
using duroxide::persistence::sqlite::writer;
using duroxide::persistence_tests::temporary_folder;

namespace {

// A store whose write connection can be tampered with.
struct open_heart {
  temporary_folder folder;
  std::shared_ptr<store> opened = store::open(folder.file("test.db"), {});
  membership members{opened};
  std::unique_ptr<writer> lane = writer::open(opened, {members.join({"tester", {}, {}}).node, 0});

  int count_instances() { return opened->reading()->value<int>("select count(*) from instances"); }
};

turn_commit large_turn(const std::string& instance) {
  turn_commit turn = first_turn(instance);
  turn.creates->input = std::string(100'000, 'x');
  return turn;
}

}  // namespace

LAW("a commit that finds the disk full is not done, loses nothing, and works when there is room again") {
  open_heart heart;
  REQUIRE(heart.lane->commit(batch_of({large_turn("before")})).has_value());
  heart.opened->writing()->run_script("pragma max_page_count = 60");

  for (int tries = 0; tries < 2; ++tries) {
    const auto refused =
        heart.lane->commit(batch_of({first_turn("small"), large_turn("a"), large_turn("b")}));
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().certainty == commit_certainty::not_done);
    CHECK(refused.error().kind == error_kind::store_unavailable);
    CHECK(refused.error().message == "commit: " + heart.opened->description() +
                                         ": database or disk is full (SQLite result 13). Free disk space (or "
                                         "raise max_page_count); then it "
                                         "can go on.");
    CHECK(heart.count_instances() == 1);
  }

  heart.opened->writing()->run_script("pragma max_page_count = 1000000");
  REQUIRE(heart.lane->commit(batch_of({first_turn("small"), large_turn("a"), large_turn("b")})).has_value());
  CHECK(heart.count_instances() == 4);
}

LAW("a commit that ended in a failure of its own is unknown") {
  open_heart heart;
  const auto refuse = [](void*) { return 1; };
  sqlite3_commit_hook(heart.opened->writing()->handle(), refuse, nullptr);
  const auto failed = heart.lane->commit(batch_of({first_turn("a")}));
  REQUIRE_FALSE(failed.has_value());
  CHECK(failed.error().certainty == commit_certainty::unknown);

  sqlite3_commit_hook(heart.opened->writing()->handle(), nullptr, nullptr);
  CHECK(heart.lane->commit(batch_of({first_turn("a")})).has_value());
}

LAW("a commit that could be rolled back is certain") {
  using namespace persistence::sqlite;
  database db(":memory:", SQLITE_OPEN_READWRITE);
  db.run_script("pragma foreign_keys = on; create table parents (id integer primary key);"
                "create table children (parent references parents deferrable initially deferred)");
  std::optional<store_error> error;
  {
    transaction changes(db, access::write);
    db.run("insert into children values (7)");
    try {
      changes.commit();
    } catch (const persistence::store_failure& failure) {
      error = failure.error();
    }
  }
  REQUIRE(error.has_value());
  CHECK(error->certainty != commit_certainty::unknown);
  CHECK_FALSE(db.in_transaction());
  CHECK(db.value<int>("select count(*) from children") == 0);
}

LAW("a writer that has lost count of its commits is fenced") {
  // The file was replaced by an older copy, or the outcome of a commit was never learnt.
  open_heart heart;
  heart.opened->writing()->run_script("update writers set commit_seq = commit_seq + 1");
  const auto refused = heart.lane->commit(batch_of({first_turn("a")}));
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().certainty == commit_certainty::fenced);
  CHECK(heart.count_instances() == 0);
}

}  // namespace laws_of_failed_commits
