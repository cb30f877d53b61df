// The first of several things: race and any.
#include "duroxide/combinators.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/replay_kit.hpp"

namespace laws_of_race {

using namespace duroxide;
using namespace duroxide::test;
using namespace std::chrono_literals;

namespace {

using ctx_t = orchestration_context;

constexpr activity<int(int)> step{"step"};
constexpr orchestration<int(int)> part{"part"};
constexpr event<int> note{"note"};
constexpr event_queue<int> orders{"orders"};

task<std::string> of_every_kind(ctx_t ctx) {
  auto first =
      co_await race(ctx.schedule_activity(step, 1), ctx.schedule_timer(5ms), ctx.wait_for_event(note),
                    ctx.dequeue_event(orders), ctx.schedule_sub_orchestration(part, 2));
  std::string text = "branch " + std::to_string(first.index());
  if (first.index() == 4) text += " gives " + std::to_string(std::get<4>(first));
  co_return text;
}

task<int> of_a_vector(ctx_t ctx, int count) {
  std::vector<activity_call<int>> calls;
  for (int i = 0; i < count; ++i) calls.push_back(ctx.schedule_activity(step, i));
  auto first = co_await race(std::move(calls));
  co_return static_cast<int>(first.index) * 100 + first.value;
}

task<std::size_t> goes_on_after(ctx_t ctx) {
  auto first = co_await race(ctx.schedule_activity(step, 1), ctx.schedule_timer(5ms));
  co_await ctx.schedule_activity(step, 2);
  co_return first.index();
}

task<int> two_steps(ctx_t ctx, int seed) {
  int first = co_await ctx.schedule_activity(step, seed);
  co_return co_await ctx.schedule_activity(step, first);
}

task<std::size_t> of_tasks(ctx_t ctx) {
  auto first = co_await race(two_steps(ctx, 1), two_steps(ctx, 2), ctx.schedule_timer(5ms));
  co_return first.index();
}

// Both are complete before the race begins.
task<int> tie(ctx_t ctx, int swapped) {
  auto one = ctx.start(ctx.schedule_activity(step, 1));
  auto two = ctx.start(ctx.schedule_activity(step, 2));
  co_await ctx.schedule_timer(5ms);
  std::vector<pending<int>> both;
  both.push_back(swapped ? std::move(two) : std::move(one));
  both.push_back(swapped ? std::move(one) : std::move(two));
  auto first = co_await race(std::move(both));
  co_return first.value;
}

task<std::string> inner_race_then_outer_all(ctx_t ctx) {
  auto both = co_await all(race(ctx.schedule_activity(step, 1), ctx.schedule_activity(step, 2)),
                           ctx.wait_for_event(note));
  auto& first = std::get<0>(both);
  int value = first.index() == 0 ? std::get<0>(first) : std::get<1>(first);
  co_return std::to_string(first.index()) + " gives " + std::to_string(value);
}

task<int> inner_vector_race_then_outer_all(ctx_t ctx) {
  std::vector<activity_call<int>> calls;
  for (int i = 0; i < 3; ++i) calls.push_back(ctx.schedule_activity(step, i));
  auto both = co_await all(race(std::move(calls)), ctx.wait_for_event(note));
  co_return std::get<0>(both).value;
}

task<int> race_of_races(ctx_t ctx) {
  auto first = co_await race(race(ctx.schedule_activity(step, 1), ctx.schedule_activity(step, 2)),
                             race(ctx.schedule_activity(step, 3), ctx.schedule_activity(step, 4)));
  co_return static_cast<int>(first.index());
}

task<int> any_of(ctx_t ctx) {
  auto first =
      co_await any(ctx.schedule_activity(step, 0), ctx.schedule_activity(step, 1), two_steps(ctx, 2));
  co_return static_cast<int>(first.index) * 100 + first.value;
}

task<int> any_of_a_vector(ctx_t ctx, int count) {
  std::vector<activity_call<int>> calls;
  for (int i = 0; i < count; ++i) calls.push_back(ctx.schedule_activity(step, i));
  auto first = co_await any(std::move(calls));
  co_return first.value;
}

}  // namespace

LAW("a race is decided by the completion that comes first in history") {
  const std::pair<const char*, const char*> cases[] = {{"completed 2 1", "ends 'branch 0'"},
                                                       {"fired 3", "ends 'branch 1'"},
                                                       {"raised note 1", "ends 'branch 2'"},
                                                       {"enqueued orders 1", "ends 'branch 3'"},
                                                       {"child_completed 6 9", "ends 'branch 4 gives 9'"}};
  for (const auto& [first, outcome] : cases)
    CHECK(story(code(of_every_kind), "null", {first, "completed 2 1"}).ends_with(outcome));
}

LAW("the losers of a race are dropped at once, from left to right, and cancelled") {
  replay_kit kit(code(of_every_kind));
  kit.start("null");
  kit.when("raised note 1", "completed 2 1");
  CHECK(kit.added() == lines("7 raised note 1", "8 dropped 2", "9 dropped 3", "10 dropped 5", "11 dropped 6",
                             "12 ends 'branch 2'"));
  CHECK(kit.effects() ==
        lines("cancel_activity 2", "cancel_timer 3", "cancel_child i::sub::6", "ends completed 'branch 2'"));
  CHECK(kit.messages() == "consumed 1; discarded 2");
}

LAW("what a race cancelled is cancelled once, also if the code goes on") {
  replay_kit kit(code(goes_on_after));
  kit.start("null");
  kit.when("fired 3");
  CHECK(kit.added() == lines("4 fired 3", "5 dropped 2", "6 activity step 2"));
  CHECK(kit.effects() == lines("run 6", "cancel_activity 2"));
  kit.when("completed 2 1");
  CHECK(kit.added() == "");
  CHECK(kit.messages() == "discarded 2");
  kit.when("completed 6 2");
  CHECK(kit.effects() == lines("finished 6", "ends completed 1"));
}

LAW("a race takes a vector and says which branch won") {
  CHECK(story(code(of_a_vector), "3", {"completed 3 7"}).ends_with("ends 107"));
  CHECK(story(code(of_a_vector), "3", {"completed 4 7", "completed 2 8"}).ends_with("ends 207"));
}

LAW("the failure of the branch that comes first fails the race") {
  CHECK(story(code(of_a_vector), "3", {"failed 3 broken", "completed 2 1"})
            .ends_with(
                lines("6 dropped 2", "7 dropped 4", "8 ends_failed application/activity_failed broken")));
}

LAW("a race of nothing is a mistake that is said at once") {
  replay_kit kit(code(of_a_vector));
  kit.start("0");
  CHECK(kit.history() ==
        lines("1 started it 0",
              "2 ends_failed configuration/invalid_argument a race needs at least one branch; the "
              "vector is empty"));
}

LAW("a task that loses a race is destroyed, and what it awaits is cancelled") {
  replay_kit kit(code(of_tasks));
  kit.start("null");
  kit.when("completed 3 20", "fired 4");
  CHECK(kit.added() == lines("5 completed 3 20", "6 activity step 20", "7 fired 4", "8 dropped 2",
                             "9 dropped 6", "10 ends 2"));
  CHECK(kit.effects() == lines("finished 3", "cancel_activity 2", "ends completed 2"));
}

LAW("tasks race by their ends, not by their steps") {
  CHECK(story(code(of_tasks), "null", {"completed 2 10", "completed 3 20", "completed 8 21"})
            .ends_with("ends 1"));
}

LAW("tasks and the operations beside them begin from left to right") {
  replay_kit kit(code(of_tasks));
  kit.start("null");
  CHECK(kit.added() == lines("1 started it null", "2 activity step 1", "3 activity step 2", "4 timer @1005"));
}

LAW("argument order decides only between branches that are already complete") {
  for (const char* order : {"completed 2 1", "completed 3 2"}) {
    std::string other = order[10] == '2' ? "completed 3 2" : "completed 2 1";
    CHECK(story(code(tie), "0", {order, other, "fired 4"}).ends_with("ends 1"));
    CHECK(story(code(tie), "1", {order, other, "fired 4"}).ends_with("ends 2"));
  }
  CHECK(story(code(tie), "0", {"completed 3 2", "fired 4"}).ends_with("ends 2"));
}

LAW("a race inside a combination is decided once, however long the combination goes on") {
  CHECK(story(code(inner_race_then_outer_all), "null", {"completed 3 7", "completed 2 8", "raised note 1"})
            .ends_with("ends '1 gives 7'"));
  CHECK(story(code(inner_vector_race_then_outer_all), "null",
              {"completed 4 7", "completed 2 8", "raised note 1"})
            .ends_with("ends 7"));
}

LAW("a race inside a combination drops its losers when it is decided, not when the combination is") {
  replay_kit kit(code(inner_race_then_outer_all));
  kit.start("null");
  kit.when("completed 3 7");
  CHECK(kit.added() == lines("5 completed 3 7", "6 dropped 2"));
  CHECK(kit.effects() == lines("finished 3", "cancel_activity 2"));
  replay_kit vector(code(inner_vector_race_then_outer_all));
  vector.start("null");
  vector.when("completed 3 7");
  CHECK(vector.added() == lines("6 completed 3 7", "7 dropped 2", "8 dropped 4"));
}

LAW("in a race of races the first completion decides both") {
  replay_kit kit(code(race_of_races));
  kit.start("null");
  kit.when("completed 4 1");
  CHECK(kit.added() == lines("6 completed 4 1", "7 dropped 5", "8 dropped 2", "9 dropped 3", "10 ends 1"));
}

LAW("any is the first success") {
  CHECK(story(code(any_of), "null", {"failed 2 a", "completed 3 7"})
            .ends_with(lines("7 dropped 4", "8 ends 107")));
  CHECK(story(code(any_of), "null", {"failed 3 a", "completed 4 5", "completed 7 6"})
            .ends_with(lines("9 dropped 2", "10 ends 206")));
}

LAW("any of failures only is the failure that came last") {
  CHECK(story(code(any_of), "null", {"failed 4 third", "failed 2 first", "failed 3 second"})
            .ends_with("ends_failed application/activity_failed second"));
}

LAW("any takes a vector, and of nothing it is a mistake") {
  CHECK(story(code(any_of_a_vector), "3", {"failed 4 a", "completed 3 7"}).ends_with("ends 7"));
  replay_kit none(code(any_of_a_vector));
  none.start("0");
  CHECK(none.error().kind == error_kind::invalid_argument);
}

}  // namespace laws_of_race
