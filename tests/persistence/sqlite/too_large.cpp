// What is longer than SQLite takes.
#include "persistence/sqlite/membership.hpp"
#include "persistence/sqlite/writer.hpp"
#include "tests/persistence/conformance/kit.hpp"

namespace laws_of_too_large {

using namespace duroxide;
using namespace duroxide::conformance;
using duroxide::persistence::sqlite::membership;
using duroxide::persistence::sqlite::store;
using duroxide::persistence::sqlite::writer;

namespace {

constexpr int longest = 100'000;

// SQLite's own limit is a billion bytes; here it is less.
struct narrow_store {
  std::shared_ptr<store> opened = store::open_in_memory();
  membership members{opened};
  std::unique_ptr<writer> lane = writer::open(opened, {members.join({"tester", {}, {}}).node, 0});

  narrow_store() { sqlite3_limit(opened->writing()->handle(), SQLITE_LIMIT_LENGTH, longest); }
  batch_receipt commit(const commit_batch& batch) { return lane->commit(batch).value(); }
  std::uint64_t count(const char* table) {
    const auto db = opened->writing();
    if (std::string_view(table) == "instances")
      return db->value<std::uint64_t>("select count(*) from instances");
    return db->value<std::uint64_t>("select count(*) from inbox");
  }
};

const std::string text(2 * longest, 'x');

turn_commit too_large(turn_commit turn) {
  turn.history.at(0).packed = text;
  return turn;
}

instance_start start_of(const std::string& instance, const std::string& input) {
  instance_start start;
  start.instance = instance;
  start.orchestration = "o";
  start.input = input;
  return start;
}

client_post post_for(const std::string& instance, const std::string& data) {
  client_post post{event_for(instance, "go")};
  post.content.data = data;
  return post;
}

}  // namespace

LAW("a turn that is too large is unwritable, and all others of its batch are written") {
  narrow_store narrow;
  turn_commit wide = turn_of("old", 3);
  wide.messages.push_back({event_for("old", "one"), true});
  wide.messages.push_back({event_for("old", "two"), true});
  wide.messages.back().content.data = text;
  REQUIRE(narrow.commit(batch_of({first_turn("old")})).turns.at(0).outcome == turn_outcome::committed);
  const auto written =
      narrow.commit(batch_of({first_turn("a"), too_large(first_turn("b")), wide, first_turn("c")}));
  CHECK(written.turns.at(0).outcome == turn_outcome::committed);
  CHECK(written.turns.at(1).outcome == turn_outcome::unwritable);
  CHECK(written.turns.at(1).why == "string or blob too big (SQLite result 18)");
  CHECK(written.turns.at(2).outcome == turn_outcome::unwritable);
  CHECK(written.turns.at(3).outcome == turn_outcome::committed);
  CHECK(narrow.count("instances") == 3);
  CHECK(narrow.count("inbox") == 0);
  CHECK(narrow.commit(batch_of({turn_of("old", 3)})).turns.at(0).outcome == turn_outcome::committed);
}

LAW("a start and a message that are too large are refused, and all else of the batch is written") {
  narrow_store narrow;
  commit_batch batch = batch_of({first_turn("a")});
  batch.starts = {start_of("s1", "1"), start_of("s2", text), start_of("s3", "3")};
  batch.posts = {post_for("a", "1"), post_for("a", text), post_for("s3", "3")};
  batch.progress = {{{"a", 1, 2}, text, moment(1)}};
  const auto written = narrow.commit(batch);
  CHECK(written.turns.at(0).outcome == turn_outcome::committed);
  CHECK(written.started == std::vector<bool>{true, false, true});
  CHECK(written.refused_starts.at(1) == "string or blob too big (SQLite result 18)");
  CHECK(written.refused_starts.at(2).empty());
  CHECK(written.posts.at(0).outcome == post_outcome::accepted);
  CHECK(written.posts.at(1).outcome == post_outcome::unwritable);
  CHECK(written.posts.at(1).why == "string or blob too big (SQLite result 18)");
  CHECK(written.posts.at(2).outcome == post_outcome::accepted);
  CHECK(narrow.count("instances") == 3);
  CHECK(narrow.count("inbox") == 4);
}

}  // namespace laws_of_too_large
