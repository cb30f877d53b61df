// The text form of histories that the other tests are written in.
#include "tests/support/history_text.hpp"

#include "tests/support/catch.hpp"

#include <set>

namespace laws_of_history_text {

using namespace duroxide;
using namespace duroxide::test;

LAW("what is written is read, and what is read is written, for every kind of event") {
  const char* every_kind[] = {
      "1 started it version=2.0.0 parent=a/b/3/4 status=busy carried=q:{'a':1} carried=r:2 {'id':7}",
      "2 ends 'ok'",
      "3 ends_failed out of luck",
      "4 ends_failed configuration/nondeterminism because of this",
      "5 ends_cancelled not needed",
      "6 continued version=2.0.0 [1,2]",
      "7 cancel_requested not needed",
      "8 activity reserve tag=gpu session=s1 {'id': 7}",
      "9 completed 8 'o k'",
      "10 failed 8 out of stock",
      "11 failed 8 poison/attempts_exhausted ten times",
      "12 timer @1500",
      "13 fired 12",
      "14 wait note",
      "15 raised note 'x'",
      "16 dequeue q",
      "17 message q {}",
      "18 child part id=a::sub::18 version=1.0.0 1",
      "19 child_completed 18 2",
      "20 child_failed 18 no",
      "21 detached part id=other 1",
      "22 status all is well",
      "23 status",
      "24 now @5",
      "25 guid 0-0",
      "26 random 7",
      "27 dropped 8",
  };
  std::set<event_kind> seen;
  for (const char* line : every_kind) {
    history_event event = parse_event(line);
    seen.insert(event.kind);
    CHECK(print(event) == line);
    CHECK(parse_event(print(event)) == event);
  }
  CHECK(seen.size() == 24);
}

LAW("members are where the reader of a line expects them") {
  history_event event = parse_event("8 activity reserve tag=gpu {'id': 'a b'}");
  CHECK(event.id == 8);
  CHECK(event.name == "reserve");
  CHECK(event.tag == "gpu");
  CHECK(event.data == R"({"id": "a b"})");
  event = parse_event("1 started it parent=a/b/3/4 null");
  CHECK(event.parent == parent_link{"a/b", 3, 4});
  event = parse_event("2 failed 1 infrastructure/store_unavailable gone away");
  CHECK(event.source == 1);
  CHECK(event.error ==
        error_details{error_category::infrastructure, error_kind::store_unavailable, "gone away", ""});
}

LAW("what is no event is refused, and says why") {
  for (const char* line : {"", "x", "1", "1 nonsense", "activity a 1", "1 completed x 1", "1 timer 5",
                           "1 fired 2 3", "1 failed 2 nonsense/activity_failed x"})
    CHECK_THROWS_AS(parse_event(line), std::invalid_argument);
}

LAW("messages are read with the execution that they are for") {
  message done = parse_message("completed 2 'ok'", 3);
  CHECK(done.kind == message_kind::activity_done);
  CHECK(done.execution == 3);
  CHECK(done.source == 2);
  CHECK(done.data == "\"ok\"");
  CHECK(parse_message("exec=1 fired 2", 3).execution == 1);
  CHECK(parse_message("raised note 'x'", 3).execution == 0);
  CHECK(parse_message("enqueued q 1", 3).name == "q");
  CHECK(parse_message("cancel it's late", 3).data == "it's late");
  CHECK(parse_message("child_failed 2 no", 3).error->kind == error_kind::orchestration_failed);
  CHECK_THROWS_AS(parse_message("nonsense", 3), std::invalid_argument);
}

}  // namespace laws_of_history_text
