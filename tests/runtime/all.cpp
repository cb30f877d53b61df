// Waiting for several things: all, all_settled, settle.
#include "duroxide/combinators.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/replay_kit.hpp"

namespace laws_of_all {

using namespace duroxide;
using namespace duroxide::test;
using namespace std::chrono_literals;

namespace {

using ctx_t = orchestration_context;

constexpr activity<int(int)> step{"step"};
constexpr activity<void(int)> run_job{"job"};
constexpr orchestration<int(int)> part{"part"};
constexpr event<int> note{"note"};
constexpr event_queue<int> orders{"orders"};

task<std::string> of_every_kind(ctx_t ctx) {
  auto each = co_await all(ctx.schedule_activity(step, 1), ctx.schedule_timer(5ms), ctx.wait_for_event(note),
                           ctx.dequeue_event(orders), ctx.schedule_sub_orchestration(part, 2));
  auto [activity_result, nothing, noted, ordered, child_result] = each;
  static_assert(std::is_same_v<decltype(nothing), std::monostate>);
  std::string text = std::to_string(activity_result) + " " + std::to_string(noted) + " ";
  co_return text + std::to_string(ordered) + " " + std::to_string(child_result);
}

task<std::vector<int>> of_a_vector(ctx_t ctx, int count) {
  std::vector<activity_call<int>> calls;
  for (int i = 0; i < count; ++i) calls.push_back(ctx.schedule_activity(step, i));
  co_return co_await all(std::move(calls));
}

task<int> of_nothing_and_then(ctx_t ctx) {
  std::vector<int> none = co_await all(std::vector<activity_call<int>>());
  co_return static_cast<int>(none.size()) + co_await ctx.schedule_activity(step, 1);
}

task<void> of_jobs(ctx_t ctx) {
  co_await all(ctx.schedule_activity(run_job, 1), ctx.schedule_activity(run_job, 2),
               ctx.schedule_activity(run_job, 3));
}

task<int> two_steps(ctx_t ctx, int seed) {
  int first = co_await ctx.schedule_activity(step, seed);
  co_return co_await ctx.schedule_activity(step, first);
}

task<int> fails_at_once(ctx_t, int n) {
  if (n > 0) throw std::runtime_error("no " + std::to_string(n));
  co_return n;
}

task<int> nested(ctx_t ctx) {
  std::vector<task<int>> chains;
  chains.push_back(two_steps(ctx, 1));
  chains.push_back(two_steps(ctx, 2));
  auto call = ctx.start(ctx.schedule_activity(step, 9));
  auto each = co_await all(all(std::move(chains)), std::move(call),
                           race(ctx.schedule_timer(5ms), fails_at_once(ctx, 0)));
  co_return std::get<0>(each).at(0) + std::get<0>(each).at(1) + std::get<1>(each);
}

task<std::string> settled(ctx_t ctx) {
  auto each = co_await all_settled(ctx.schedule_activity(step, 1), ctx.schedule_activity(run_job, 2),
                                   fails_at_once(ctx, 3));
  auto& [first, second, third] = each;
  std::string text = first ? std::to_string(*first) : first.error().message();
  text += second ? " done" : " " + second.error().message();
  co_return text + (third ? " ?" : " " + third.error().message());
}

task<int> settled_vector(ctx_t ctx) {
  std::vector<activity_call<int>> calls;
  for (int i = 0; i < 3; ++i) calls.push_back(ctx.schedule_activity(step, i));
  auto each = co_await all_settled(std::move(calls));
  int failed = 0;
  for (const auto& one : each) failed += one ? 0 : 1;
  co_return failed;
}

task<int> compensates(ctx_t ctx) {
  auto tried = co_await settle(ctx.schedule_activity(step, 1));
  if (tried) co_return *tried;
  int undone = co_await ctx.schedule_activity(step, -1);
  if (undone != 0) tried.error().raise();
  co_return 0;
}

}  // namespace

LAW("all starts its branches from left to right, whatever their kind") {
  replay_kit kit(code(of_every_kind));
  kit.start("null");
  CHECK(kit.added() == lines("1 started it null", "2 activity step 1", "3 timer @1005", "4 wait note",
                             "5 dequeue orders", "6 child part id=i::sub::6 2"));
}

LAW("all gives values in argument order, whatever the order of completion") {
  CHECK(story(code(of_every_kind), "null",
              {"child_completed 6 60", "enqueued orders 50", "raised note 40", "fired 3", "completed 2 20"})
            .ends_with("ends '20 40 50 60'"));
  CHECK(story(code(of_every_kind), "null",
              {"completed 2 20", "fired 3", "raised note 40", "enqueued orders 50", "child_completed 6 60"})
            .ends_with("ends '20 40 50 60'"));
}

LAW("all waits for the last branch") {
  replay_kit kit(code(of_every_kind));
  kit.start("null");
  kit.when("child_completed 6 60", "enqueued orders 50", "raised note 40", "fired 3");
  CHECK_FALSE(kit.ended());
}

LAW("all takes a vector, and gives its values in the order of the vector") {
  CHECK(story(code(of_a_vector), "3", {"completed 3 1", "completed 4 2", "completed 2 0"})
            .ends_with("ends [0,1,2]"));
}

LAW("all of an empty vector is done at once") {
  replay_kit kit(code(of_nothing_and_then));
  kit.start("null");
  CHECK(kit.added() == lines("1 started it null", "2 activity step 1"));
  kit.when("completed 2 5");
  CHECK(kit.outcome() == "completed 5");
  replay_kit only(code(of_a_vector));
  only.start("0");
  CHECK(only.history() == lines("1 started it 0", "2 ends []"));
}

LAW("all throws the first failure in argument order, and only after all have ended") {
  replay_kit kit(code(of_jobs));
  kit.start("null");
  kit.when("failed 4 third", "failed 3 second");
  CHECK_FALSE(kit.ended());
  kit.when("completed 2 null");
  CHECK(kit.added() == lines("7 completed 2 null", "8 ends_failed application/activity_failed second"));
}

LAW("vectors, tasks, pending operations and combinations nest") {
  CHECK(story(code(nested), "null",
              {"completed 2 90", "completed 3 2", "completed 9 10", "completed 4 1", "completed 12 20"})
            .ends_with("ends 120"));
}

LAW("all_settled gives each result in argument order and throws nothing") {
  CHECK(story(code(settled), "null", {"failed 3 broken", "completed 2 7"}).ends_with("ends '7 broken no 3'"));
  CHECK(story(code(settled), "null", {"completed 3 null", "failed 2 empty"})
            .ends_with("ends 'empty done no 3'"));
}

LAW("all_settled takes a vector") {
  CHECK(
      story(code(settled_vector), "null", {"failed 4 a", "completed 3 1", "failed 2 b"}).ends_with("ends 2"));
}

LAW("a settled failure is a value, and can be thrown on as it was") {
  CHECK(story(code(compensates), "null", {"completed 2 5"}).ends_with("ends 5"));
  CHECK(story(code(compensates), "null", {"failed 2 broken", "completed 4 0"}).ends_with("ends 0"));
  CHECK(story(code(compensates), "null", {"failed 2 application/timed_out broken", "completed 4 1"})
            .ends_with("ends_failed application/timed_out broken"));
}

}  // namespace laws_of_all
