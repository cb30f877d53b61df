// Where an execution stands in its history: numbers, strict matching, drops.
#include "runtime/history_cursor.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/history_text.hpp"

namespace laws_of_history_cursor {

using namespace duroxide;
using namespace duroxide::test;
using Catch::Contains;
using internal::history_cursor;

namespace {

const internal::execution_identity identity{"order-1", 3, "checkout", "1.0.0"};

history_cursor loaded(const std::vector<std::string>& lines) {
  std::vector<history_event> history;
  for (const std::string& line : lines) history.push_back(parse_event(line));
  history_cursor cursor(identity);
  cursor.load(std::move(history));
  return cursor;
}

// The id of the recorded event that was asked for; 0: there is none.
std::uint64_t id_of_match(history_cursor& cursor, const std::string& asked) {
  const history_event* found = cursor.match(parse_event("1 " + asked), std::source_location::current());
  return found ? found->id : 0;
}

}  // namespace

LAW("live, each event that is appended has the next id, and its size counts") {
  history_cursor cursor(identity);
  CHECK(cursor.extent().last_id == 0);
  history_event first;
  history_event second;
  second.data = std::string(100, 'x');
  cursor.number(first);
  const std::size_t bytes = cursor.extent().bytes;
  cursor.number(second);
  CHECK(first.id == 1);
  CHECK(second.id == 2);
  CHECK(cursor.extent().last_id == 2);
  CHECK(cursor.extent().bytes == 2 * bytes + 100);
  CHECK(cursor.next_id() == 3);
}

LAW("the ids of a turn that is taken back are given again") {
  history_cursor cursor(identity);
  history_event event;
  cursor.number(event);
  cursor.number(event);
  cursor.return_to(1);
  CHECK(cursor.next_id() == 2);
}

LAW("a history is long from a number of events on, and from a number of bytes on") {
  internal::history_extent extent{limits::long_history_events - 1, limits::long_history_bytes - 1};
  CHECK_FALSE(extent.is_long());
  ++extent.last_id;
  CHECK(extent.is_long());
  --extent.last_id;
  ++extent.bytes;
  CHECK(extent.is_long());
}

LAW("on replay the code passes the recorded events by asking for the same, one after the other") {
  history_cursor cursor = loaded({"1 started checkout null", "2 activity reserve 7", "3 wait paid"});
  CHECK(cursor.next()->id == 2);
  CHECK(cursor.ahead().size() == 2);
  CHECK(id_of_match(cursor, "activity reserve 7") == 2);
  CHECK(id_of_match(cursor, "wait paid") == 3);
  CHECK(cursor.next() == nullptr);
  CHECK(cursor.ahead().empty());
  CHECK_FALSE(cursor.mismatch());
}

LAW("code that asks for something else does not match, and the message says what both sides wanted") {
  history_cursor cursor = loaded({"1 started checkout null", "2 activity reserve 7"});
  CHECK(id_of_match(cursor, "activity charge 7") == 0);
  REQUIRE(cursor.mismatch());
  CHECK(cursor.mismatch()->kind == error_kind::nondeterminism);
  CHECK(cursor.mismatch()->source == "checkout");
  CHECK_THAT(cursor.mismatch()->message,
             Contains("nondeterministic: in execution 3 of instance 'order-1' the history has event 2, "
                      "activity_scheduled 'reserve' with input 7") &&
                 Contains("but the code asked for activity_scheduled 'charge' with input 7 at "));
  CHECK(cursor.next()->id == 2);
}

LAW("code that asks for more than was recorded does not match") {
  history_cursor cursor = loaded({"1 started checkout null"});
  CHECK(id_of_match(cursor, "activity reserve 7") == 0);
  REQUIRE(cursor.mismatch());
  CHECK_THAT(cursor.mismatch()->message, Contains("but the history ends before that, with event 1"));
}

LAW("the first mismatch is kept") {
  history_cursor cursor(identity);
  cursor.set_mismatch("first");
  cursor.set_mismatch("second");
  CHECK_THAT(cursor.mismatch()->message, Contains(" first;") && !Contains("second"));
  cursor.forgive_mismatch();
  CHECK_FALSE(cursor.mismatch());
}

LAW("recorded drops are passed over where the code asks for the next thing, and count for ids") {
  history_cursor cursor =
      loaded({"1 started checkout null", "2 wait paid", "3 dropped 2", "4 activity reserve 7"});
  CHECK(id_of_match(cursor, "wait paid") == 2);
  const history_cursor::replay_scope replaying(cursor);
  CHECK(cursor.is_replaying());
  CHECK(cursor.next_id() == 4);
  CHECK(id_of_match(cursor, "activity reserve 7") == 4);
}

LAW("a drop is disputed until both the code and the history have it, whichever has it first") {
  history_cursor cursor = loaded({"1 started checkout null", "2 wait paid", "3 dropped 2", "4 wait paid"});
  CHECK(id_of_match(cursor, "wait paid") == 2);
  cursor.pass_notes();
  CHECK(cursor.disputed_drop() == 2);
  cursor.drop(2);
  CHECK_FALSE(cursor.disputed_drop());
  CHECK(id_of_match(cursor, "wait paid") == 4);
  cursor.drop(4);
  CHECK(cursor.disputed_drop() == 4);
}

LAW("a drop by the code passes the recorded one") {
  history_cursor cursor = loaded({"1 started checkout null", "2 wait paid", "3 dropped 2"});
  CHECK(id_of_match(cursor, "wait paid") == 2);
  cursor.drop(2);
  CHECK(cursor.next() == nullptr);
  CHECK_FALSE(cursor.disputed_drop());
}

LAW("after a replay that stopped short, new events go behind all that is recorded") {
  history_cursor cursor = loaded({"1 started checkout null", "2 wait paid", "3 wait shipped"});
  CHECK(cursor.next_id() == 2);
  cursor.go_to_end();
  CHECK(cursor.next_id() == 4);
}

LAW("what is recorded is kept for the next verification, or forgotten") {
  history_cursor cursor = loaded({"1 started checkout null"});
  const std::vector<history_event> appended{parse_event("2 wait paid")};
  cursor.keep(appended);
  CHECK(cursor.recorded().size() == 2);
  CHECK(cursor.next() == nullptr);
  cursor.forget_recorded();
  CHECK(cursor.recorded().empty());
  CHECK(cursor.next() == nullptr);
}

}  // namespace laws_of_history_cursor
