// Positional events: what is raised while a wait is open is received, and nothing else.
#include "duroxide/combinators.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/replay_kit.hpp"

namespace laws_of_external_events {

using namespace duroxide;
using namespace duroxide::test;
using namespace std::chrono_literals;

namespace {

using ctx_t = orchestration_context;

constexpr activity<int(int)> step{"step"};
constexpr event<int> note{"note"};
constexpr event<int> other{"other"};
constexpr event_queue<int> queue_note{"note"};

task<int> waits_twice(ctx_t ctx) {
  int first = co_await ctx.wait_for_event(note);
  int second = co_await ctx.wait_for_event(note);
  co_return 10 * first + second;
}

task<int> waits_after_a_timer(ctx_t ctx) {
  co_await ctx.schedule_timer(5ms);
  co_return co_await ctx.wait_for_event(note);
}

task<std::size_t> first_of_two(ctx_t ctx) {
  auto first = co_await race(ctx.wait_for_event(note), ctx.wait_for_event(other));
  co_return first.index();
}

task<int> side_by_side(ctx_t ctx) {
  auto both = co_await all(ctx.wait_for_event(note), ctx.wait_for_event(note));
  co_return 10 * std::get<0>(both) + std::get<1>(both);
}

task<int> loses_then_waits(ctx_t ctx) {
  co_await race(ctx.wait_for_event(note), ctx.schedule_timer(5ms));
  co_return co_await ctx.wait_for_event(note);
}

task<int> loses_then_works_then_waits(ctx_t ctx) {
  co_await race(ctx.wait_for_event(note), ctx.schedule_timer(5ms));
  co_await ctx.schedule_activity(step, 1);
  co_return co_await ctx.wait_for_event(note);
}

task<int> event_and_queue(ctx_t ctx) {
  auto both = co_await all(ctx.wait_for_event(note), ctx.dequeue_event(queue_note));
  co_return 10 * std::get<0>(both) + std::get<1>(both);
}

task<json_text> by_name(ctx_t ctx) { co_return co_await ctx.wait_for_event("any name"); }

}  // namespace

LAW("what is raised while nobody waits is recorded, reported and passed over") {
  replay_kit kit(code(waits_after_a_timer));
  kit.start("null");
  kit.when("raised note 1");
  CHECK(kit.added() == "3 raised note 1");
  REQUIRE(kit.last().warnings.size() == 1);
  CHECK_THAT(kit.last().warnings[0], Catch::Contains("'note'") && Catch::Contains("nobody waited"));
  kit.when("fired 2");
  CHECK(kit.added() == lines("4 fired 2", "5 wait note"));
  kit.when("raised note 2");
  CHECK(kit.outcome() == "completed 2");
  CHECK(kit.last().warnings.empty());
}

LAW("within a batch an event reaches a wait that an earlier message has opened") {
  CHECK(story(code(waits_after_a_timer), "null", {"fired 2", "raised note 1"}).ends_with("ends 1"));
  CHECK(story(code(waits_after_a_timer), "null", {"raised note 1", "fired 2", "raised note 2"})
            .ends_with("ends 2"));
}

LAW("equal events are two events") {
  CHECK(story(code(waits_twice), "null", {"raised note 1", "raised note 1"}).ends_with("ends 11"));
}

LAW("events are received in the order in which they are raised") {
  CHECK(story(code(waits_twice), "null", {"raised note 1", "raised note 2"}).ends_with("ends 12"));
  CHECK(story(code(side_by_side), "null", {"raised note 1", "raised note 2"}).ends_with("ends 12"));
}

LAW("an event reaches one wait, that which was opened first") {
  replay_kit kit(code(side_by_side));
  kit.start("null");
  kit.when("raised note 1");
  CHECK_FALSE(kit.ended());
  kit.when("raised other 5", "raised note 2");
  CHECK(kit.outcome() == "completed 12");
}

LAW("the event that is raised first wins a race, whatever the order of the waits") {
  CHECK(story(code(first_of_two), "null", {"raised other 1", "raised note 1"}).ends_with("ends 1"));
  CHECK(story(code(first_of_two), "null", {"raised note 1", "raised other 1"}).ends_with("ends 0"));
}

LAW("a wait that lost a race takes no event") {
  CHECK(story(code(loses_then_waits), "null", {"fired 3", "raised note 1"}).ends_with("ends 1"));
  CHECK(story(code(loses_then_waits), "null", {"raised note 1", "raised note 2"}).ends_with("ends 2"));
}

LAW("an event behind the timer that beat its wait is passed over if nobody waits again") {
  auto told = story(code(loses_then_works_then_waits), "null",
                    {"fired 3", "raised note 1", "completed 6 0", "raised note 2"});
  CHECK(told == lines("1 started it null", "2 wait note", "3 timer @1005", "4 fired 3", "5 dropped 2",
                      "6 activity step 1", "7 raised note 1", "8 completed 6 0", "9 wait note",
                      "10 raised note 2", "11 ends 2"));
}

LAW("an event and a queue of the same name do not know one another") {
  CHECK(story(code(event_and_queue), "null", {"enqueued note 1", "enqueued note 2", "raised note 3"})
            .ends_with("ends 31"));
  CHECK(story(code(event_and_queue), "null", {"raised note 3", "raised note 4", "enqueued note 1"})
            .ends_with("ends 31"));
}

LAW("an event by name gives its payload untouched, the empty one too") {
  replay_kit kit(code(by_name));
  kit.start("null");
  CHECK(kit.last().events.back().name == "any name");
  replay_kit none(code(+[](ctx_t ctx) -> task<json_text> { co_return co_await ctx.wait_for_event("e"); }));
  none.start("null");
  none.when("raised e");
  CHECK(none.history() == lines("1 started it null", "2 wait e", "3 raised e", "4 ends"));
}

}  // namespace laws_of_external_events
