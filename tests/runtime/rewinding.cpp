// Where a history is cut, what counts of it then, and what is done again.
#include "runtime/rewinding.hpp"

#include "duroxide/detail/label_signal.hpp"
#include "duroxide/rewound_history.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/history_text.hpp"
#include "tests/support/replay_kit.hpp"

namespace laws_of_rewinding {

using namespace duroxide;
using namespace duroxide::test;
using detail::rewind_request;

namespace {

template <class... Line> std::vector<history_event> history(const Line&... line) {
  return {parse_event(line)...};
}

std::string counted(std::vector<history_event> events) {
  leave_out_rewound(events);
  return print(events);
}

std::string cut(const std::vector<history_event>& events) {
  const auto found = internal::cut_before_last_failure(events);
  if (!found) return "none";
  return std::to_string(found->event) + (found->repeats ? " repeated" : "");
}

std::string rewound(const std::vector<history_event>& events, const rewind_request& request,
                    const internal::rewound_instance_facts& facts) {
  return print_effects(internal::turn_of_rewind(events, request, facts));
}

constexpr timestamp now{duration(1000)};

rewind_request to_event(std::uint64_t event, bool repeats) {
  return {.recorded = 99, .event = event, .repeats = repeats};
}

}  // namespace

LAW("what has been rewound is left out, and the event that says so stays") {
  CHECK(counted(history("1 started it", "2 activity pay 1", "3 failed 2 no", "4 ends_failed no",
                        "5 rewound 3", "6 completed 2 7")) ==
        lines("1 started it", "2 activity pay 1", "5 rewound 3", "6 completed 2 7"));
  // A second one may take the first one with it.
  CHECK(counted(history("1 started it", "2 activity pay 1", "3 failed 2 no", "4 rewound 3", "5 failed 2 no",
                        "6 rewound 2", "7 activity pay 1")) ==
        lines("1 started it", "6 rewound 2", "7 activity pay 1"));
  CHECK(counted(history("1 started it 1", "2 activity pay 1", "3 rewound 2 version=2.0.0 8")) ==
        lines("1 started it version=2.0.0 8", "3 rewound 2 version=2.0.0 8"));
}

LAW("the last failure is the one that the end tells of") {
  CHECK(cut(history("1 started it", "2 activity pay 1", "3 failed 2 no", "4 ends_failed no")) ==
        "3 repeated");
  // It was caught, and the code failed of something else: what arrived last arrives again.
  CHECK(cut(history("1 started it", "2 activity look 1", "3 failed 2 no", "4 activity pay 1",
                    "5 completed 4 7", "6 ends_failed too dear")) == "5");
  // What made up for it ran before the code gave up.
  CHECK(cut(history("1 started it", "2 activity pay 1", "3 failed 2 no", "4 activity refund 1",
                    "5 completed 4 1", "6 ends_failed no")) == "3 repeated");
  CHECK(cut(history("1 started it", "2 ends_failed wrong")) == "2");
}

LAW("those that failed at the same time are cut together") {
  CHECK(cut(history("1 started it", "2 activity a", "3 activity b", "4 failed 2 no", "5 failed 3 no",
                    "6 ends_failed no")) == "4 repeated");
  CHECK(cut(history("1 started it", "2 activity a", "3 failed 2 no", "4 activity b", "5 failed 4 no",
                    "6 ends_failed no")) == "5 repeated");
}

LAW("of a retry policy only the last attempt has failed") {
  CHECK(cut(history("1 started it", "2 activity a", "3 failed 2 no", "4 activity a attempt=2/2",
                    "5 failed 4 no", "6 ends_failed no")) == "5 repeated");
  CHECK(cut(history("1 started it", "2 activity a", "3 failed 2 no", "4 activity a attempt=2/2")) == "none");
}

LAW("a timer that cut off a call is a failure") {
  CHECK(cut(history("1 started it", "2 activity a", "3 timer @50", "4 fired 3", "5 dropped 2",
                    "6 ends_failed application/timed_out too late")) == "4 repeated");
  CHECK(cut(history("1 started it", "2 timer @50", "3 fired 2", "4 ends_failed wrong")) == "3");
}

LAW("what was cancelled goes back to before that") {
  CHECK(cut(history("1 started it", "2 activity a", "3 cancel_requested enough",
                    "4 ends_cancelled enough")) == "3");
}

LAW("what has not failed has no last failure") {
  CHECK(cut(history("1 started it", "2 activity a", "3 completed 2 1", "4 ends 1")) == "none");
  CHECK(cut(history("1 started it", "2 activity a")) == "none");
}

LAW("a history is cut before something that arrived") {
  const auto events = history("1 started it", "2 activity a", "3 completed 2 1", "4 activity b");
  CHECK(internal::why_no_cut(events, 3).empty());
  CHECK(internal::why_no_cut(events, 2).empty());
  CHECK(internal::why_no_cut(events, 4) ==
        "event 4 is activity_scheduled; a history is cut before something that arrived, such as the outcome "
        "of an activity");
  CHECK(internal::why_no_cut(events, 9) == "event 9 does not exist, or does not count any more");
  CHECK(internal::why_no_cut(history("1 started it"), 2) == "it has not run yet");
}

LAW("failures run again, successes arrive again, and what was asked for behind the cut is stopped") {
  const auto events =
      history("1 started it", "2 activity a 1", "3 activity b 2", "4 activity c 3", "5 activity d 4",
              "6 failed 2 no", "7 completed 3 20", "8 failed 4 no", "9 activity e 5", "10 timer @70");
  CHECK(rewound(events, to_event(6, true), {.open_activities = {5, 9}, .now = now}) ==
        lines("cancel_activity 9", "cancel_timer 10", "run_again 2 4", "deliver completed 3 20"));
  // An end has stopped what was open.
  auto ended = events;
  ended.push_back(parse_event("11 ends_failed no"));
  CHECK(rewound(ended, to_event(6, true), {.had_ended = true, .now = now}) ==
        lines("cancel_timer 10", "run_again 2 4 5", "deliver completed 3 20"));
}

LAW("the outcome at the cut is asked for again, also if it was a success") {
  const auto events = history("1 started it", "2 activity a 1", "3 completed 2 10", "4 activity b 2");
  CHECK(rewound(events, to_event(3, true), {.open_activities = {4}, .now = now}) ==
        lines("cancel_activity 4", "run_again 2"));
  CHECK(rewound(events, to_event(3, false), {.open_activities = {4}, .now = now}) ==
        lines("cancel_activity 4", "deliver completed 2 10"));
}

LAW("events are received again, and messages go back to their queues, unless they are dropped") {
  const auto events =
      history("1 started it", "2 wait go", "3 dequeue notes", "4 raised go 1", "5 message notes 2",
              "6 raised late 3", "7 raised duroxide::pause {}", "8 raised duroxide::label {}");
  CHECK(rewound(events, to_event(4, true), {.now = now}) ==
        lines("deliver raised go 1", "deliver raised late 3", "deliver raised duroxide::label {}",
              "give_back notes 2"));
  rewind_request dropping = to_event(4, true);
  dropping.drops_messages = true;
  CHECK(rewound(events, dropping, {.now = now}) == "deliver raised duroxide::label {}");
}

LAW("timers keep their time, and begin anew if they cut off a call") {
  const auto plain = history("1 started it", "2 timer @50", "3 wait go", "4 raised go", "5 fired 2");
  CHECK(rewound(plain, to_event(4, true), {.now = now}) == lines("deliver raised go", "deliver fired 2 @50"));
  const auto open = history("1 started it", "2 timer @5000", "3 wait go", "4 raised go", "5 ends_failed no");
  CHECK(rewound(open, to_event(4, true), {.had_ended = true, .now = now}) ==
        lines("deliver raised go", "deliver fired 2 @5000"));
  CHECK(rewound(open, to_event(4, true), {.now = now}) == "deliver raised go");
  auto dropped = history("1 started it", "2 activity a", "3 timer @50", "4 failed 2 no", "5 dropped 3");
  dropped.back().recorded_at = timestamp(duration(20));
  CHECK(rewound(dropped, to_event(4, true), {.now = now}) == lines("run_again 2", "deliver fired 3 @1030"));
  const auto timeout = history("1 started it", "2 activity a", "3 timer @50", "4 fired 3", "5 dropped 2");
  CHECK(rewound(timeout, to_event(4, true), {.now = now}) == lines("run_again 2", "deliver fired 3 @1050"));
}

LAW("custom status, keys and labels are again what the code had made of them") {
  const auto events = history("1 started it", "2 status early", "3 kv_set a 1", "4 label_set x type=text old",
                              "5 activity a", "6 completed 5 1", "7 status late", "8 kv_set b 2",
                              "9 label_set x type=text new", "10 label_set y type=text new");
  CHECK(rewound(events, to_event(6, false), {.now = now}) ==
        lines("status early", "kv_all_cleared", "kv_set a 1", "label_set x text old", "label_cleared y",
              "deliver completed 5 1"));
  CHECK(rewound(events, to_event(2, false), {.now = now}) ==
        lines("status", "kv_all_cleared", "label_cleared x", "label_cleared y", "deliver start"));
}

LAW("children that were started behind the cut are cancelled, and those before it go on") {
  const auto events = history("1 started it", "2 child sub id=kept 1", "3 wait go", "4 raised go",
                              "5 child sub id=stopped 2");
  CHECK(rewound(events, to_event(4, true), {.open_children = {"kept", "stopped"}, .now = now}) ==
        lines("cancel_child stopped", "deliver raised go"));
}

namespace {

constexpr activity<int(int)> step_a{"a"};
constexpr activity<int(int)> step_b{"b"};

task<int> counts_twice(orchestration_context ctx, int first) {
  int a = co_await ctx.schedule_activity(step_a, first);
  int b = co_await ctx.schedule_activity(step_b, a);
  co_return a + b;
}

}  // namespace

LAW("replay takes what counts, and goes on behind all ids that there were") {
  for (const bool evict : {false, true}) {
    replay_kit kit(code(counts_twice), {.verify_replay = true, .evict = evict});
    kit.given("1 started it 1", "2 activity a 1", "6 rewound 3");
    kit.when("completed 2 5");
    CHECK(kit.added() == lines("7 completed 2 5", "8 activity b 5"));
    kit.when("completed 8 7");
    CHECK(kit.outcome() == "completed 12");
  }
  replay_kit anew(code(counts_twice), {.verify_replay = true});
  anew.given("1 started it 3", "6 rewound 2");
  anew.when("start");
  CHECK(anew.added() == "7 activity a 3");
}

LAW("a request to rewind is read back as it was written, and no other text is one") {
  rewind_request wanted{17, 3, true, true, "1.2.0"};
  const auto read = detail::rewind_request_from(to_text(wanted));
  REQUIRE(read);
  CHECK(to_text(*read) == to_text(wanted));
  CHECK(read->recorded == 17);
  for (const char* text :
       {"", "7", "{}", R"({"recorded":-1,"event":2,"repeats":true,"drops_messages":true})"})
    CHECK_FALSE(detail::rewind_request_from(text));
}

}  // namespace laws_of_rewinding
