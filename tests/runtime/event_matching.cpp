#include "runtime/event_matching.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/history_text.hpp"

namespace laws_of_event_matching {

using namespace duroxide;
using namespace duroxide::test;
using internal::describe;
using internal::describe_recorded;
using internal::matches;

namespace {

constexpr event_kind schedule_kinds[] = {event_kind::activity_scheduled,
                                         event_kind::timer_created,
                                         event_kind::external_subscribed,
                                         event_kind::queue_subscribed,
                                         event_kind::sub_orchestration_scheduled,
                                         event_kind::command_sent,
                                         event_kind::orchestration_detached,
                                         event_kind::custom_status_updated,
                                         event_kind::utc_now_recorded,
                                         event_kind::guid_recorded,
                                         event_kind::random_recorded};

history_event filled(event_kind kind) {
  history_event event;
  event.kind = kind;
  event.name = "name";
  event.data = "data";
  event.text = "text";
  event.version = "1.0.0";
  event.instance = "instance";
  event.tag = "tag";
  event.session = "session";
  event.due = timestamp(duration(5));
  return event;
}

// Which members make a difference for this kind.
std::string compared(event_kind kind) {
  std::string text;
  auto differs = [&](const char* member, auto change) {
    history_event other = filled(kind);
    change(other);
    if (!matches(filled(kind), other)) text += std::string(member) + " ";
  };
  differs("name", [](history_event& e) { e.name = "other"; });
  differs("data", [](history_event& e) { e.data = "other"; });
  differs("text", [](history_event& e) { e.text = "other"; });
  differs("version", [](history_event& e) { e.version.reset(); });
  differs("instance", [](history_event& e) { e.instance = "other"; });
  differs("tag", [](history_event& e) { e.tag.reset(); });
  differs("session", [](history_event& e) { e.session.reset(); });
  differs("due", [](history_event& e) { e.due = timestamp(duration(6)); });
  differs("id", [](history_event& e) { e.id = 6; });
  differs("time", [](history_event& e) { e.recorded_at = timestamp(duration(6)); });
  differs("build", [](history_event& e) { e.build = "other"; });
  return text;
}

}  // namespace

LAW("a kind matches itself only") {
  for (event_kind recorded : schedule_kinds)
    for (event_kind asked : schedule_kinds)
      CHECK(matches(filled(recorded), filled(asked)) == (recorded == asked));
}

LAW("each kind compares what identifies it, and nothing else") {
  CHECK(compared(event_kind::activity_scheduled) == "name data tag session ");
  CHECK(compared(event_kind::sub_orchestration_scheduled) == "name data version instance ");
  CHECK(compared(event_kind::orchestration_detached) == "name data version instance ");
  CHECK(compared(event_kind::command_sent) == "name data instance ");
  CHECK(compared(event_kind::external_subscribed) == "name ");
  CHECK(compared(event_kind::queue_subscribed) == "name ");
  for (event_kind kind :
       {event_kind::timer_created, event_kind::custom_status_updated, event_kind::utc_now_recorded,
        event_kind::guid_recorded, event_kind::random_recorded})
    CHECK(compared(kind) == "");
}

LAW("an event is described in one line") {
  CHECK(describe(parse_event("2 activity reserve tag=gpu session=s {'id':7}")) ==
        "activity_scheduled 'reserve' with tag 'gpu' on session 's' with input {\"id\":7}");
  CHECK(describe(parse_event("2 child part id=c version=2.0.0 1")) ==
        "sub_orchestration_scheduled 'part' as instance 'c' version 2.0.0 with input 1");
  CHECK(describe(parse_event("2 timer @5")) == "timer_created");
}

LAW("a recorded event is described with id, time and build") {
  history_event event = parse_event("5 activity a 1");
  event.recorded_at = timestamp(duration(1'795'428'000'123));
  event.build = "shop 1.4";
  CHECK(describe_recorded(event) ==
        "event 5, activity_scheduled 'a' with input 1, recorded 2026-11-23T10:00:00Z by build 'shop 1.4'");
  event.recorded_at = timestamp(duration(-1));
  CHECK_THAT(describe_recorded(event), Catch::Contains("recorded 1969-12-31T23:59:59Z"));
}

LAW("a payload is cut at 80 bytes, and its size told") {
  history_event event = parse_event("5 activity a 1");
  event.data = std::string(80, 'x');
  CHECK(describe(event) == "activity_scheduled 'a' with input " + std::string(80, 'x'));
  event.data += "y";
  CHECK(describe(event) == "activity_scheduled 'a' with input " + std::string(80, 'x') + "... (81 bytes)");
}

LAW("a place in the code is its file, without folders, its line and its function") {
  std::string here = describe(std::source_location::current());
  CHECK_THAT(here, Catch::StartsWith("event_matching.cpp:") && !Catch::Contains("/"));
  auto named = [](std::source_location where = std::source_location::current()) { return describe(where); };
  CHECK_THAT(named(), Catch::StartsWith("event_matching.cpp:"));
}

LAW("a place in the code can be made at run time, and keeps its texts") {
  std::string file = "/src/order.py";
  std::string function = "run_order";
  const code_location place = code_location::make(file, 17, function);
  const code_location again = code_location::make(file, 18, function);
  CHECK(place.file_name() == again.file_name());
  file = function = "another";
  CHECK(describe(place) == "order.py:17 (run_order)");
  CHECK(describe(code_location::make("order.py", 3)) == "order.py:3");
  CHECK(describe(code_location::make("order.py", 3, "<module>")) == "order.py:3");
  CHECK(describe(code_location()) == "an unknown place");
}

}  // namespace laws_of_event_matching
