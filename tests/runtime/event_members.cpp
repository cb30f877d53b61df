// Which members an event of each kind must have to be readable.
#include "runtime/event_members.hpp"

#include "tests/support/catch.hpp"

namespace laws_of_event_members {

using namespace duroxide;
using internal::has_data_always;
using internal::missing_member;

namespace {

constexpr int event_kinds = static_cast<int>(event_kind::orchestration_rewound) + 1;

history_event filled(event_kind kind) {
  history_event event;
  event.kind = kind;
  event.source = 2;
  event.name = "name";
  event.data = "7";
  event.instance = "i";
  event.due = timestamp(duration(5));
  event.error.emplace();
  event.text = "text";
  return event;
}

// The members that are missing one after the other, when each is added that was missed.
std::string all_missing(event_kind kind) {
  history_event event;
  event.kind = kind;
  std::string all;
  while (const char* missing = missing_member(event)) {
    const std::string member = missing;
    all += member + " ";
    if (member == "name") event.name = "name";
    if (member == "source") event.source = 2;
    if (member == "instance") event.instance = "i";
    if (member == "due") event.due = timestamp(duration(5));
    if (member == "error") event.error.emplace();
    if (member == "text") event.text = "text";
    if (member == "data" || member == "number in its data") event.data = "7";
  }
  return all;
}

}  // namespace

LAW("an event with all members lacks none, of whichever kind it is") {
  for (int number = 0; number < event_kinds; ++number) {
    const auto kind = static_cast<event_kind>(number);
    INFO(to_string(kind));
    CHECK(missing_member(filled(kind)) == nullptr);
  }
}

LAW("an event must have what replay needs of it: names, what it answers, when it is due") {
  CHECK(all_missing(event_kind::orchestration_started) == "name ");
  CHECK(all_missing(event_kind::activity_scheduled) == "name ");
  CHECK(all_missing(event_kind::activity_completed) == "source ");
  CHECK(all_missing(event_kind::activity_failed) == "error source ");
  CHECK(all_missing(event_kind::timer_created) == "due ");
  CHECK(all_missing(event_kind::timer_fired) == "source ");
  CHECK(all_missing(event_kind::sub_orchestration_scheduled) == "instance name ");
  CHECK(all_missing(event_kind::orchestration_detached) == "instance name ");
  CHECK(all_missing(event_kind::orchestration_failed) == "error ");
  CHECK(all_missing(event_kind::guid_recorded) == "data ");
  CHECK(all_missing(event_kind::random_recorded) == "number in its data ");
  CHECK(all_missing(event_kind::kv_all_cleared).empty());
}

LAW("a random number is written in digits") {
  history_event drawn = filled(event_kind::random_recorded);
  for (const char* data : {"", "x", "-1", "1.5", "1 "}) {
    drawn.data = data;
    CHECK(missing_member(drawn) != nullptr);
  }
}

LAW("the payload of a raised event, of a message and of a value is data also if it is empty") {
  CHECK(has_data_always(event_kind::external_raised));
  CHECK(has_data_always(event_kind::queue_message));
  CHECK(has_data_always(event_kind::kv_set));
  CHECK_FALSE(has_data_always(event_kind::activity_completed));
}

}  // namespace laws_of_event_members
