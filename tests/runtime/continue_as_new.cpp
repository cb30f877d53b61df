// continue-as-new: nothing that was sent is lost, nothing that was started is forgotten.
#include "duroxide/combinators.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/replay_kit.hpp"

namespace laws_of_continue_as_new {

using namespace duroxide;
using namespace duroxide::test;
using namespace std::chrono_literals;

namespace {

using ctx_t = orchestration_context;

constexpr activity<int(int)> step{"step"};
constexpr orchestration<int(int)> part{"part"};
constexpr event<int> note{"note"};
constexpr event_queue<int> orders{"orders"};
constexpr event_queue<int> returns{"returns"};

task<int> counts_to_two(ctx_t ctx, int n) {
  if (n == 2) co_return 100 + n;
  co_return ctx.continue_as_new(n + 1);
}

task<void> awaits_it(ctx_t ctx, int n) {
  if (n < 1) co_await ctx.continue_as_new(n + 1);
}

task<int> never_gets_further(ctx_t ctx) {
  co_await ctx.continue_as_new();
  ctx.set_custom_status("unreachable");
  co_return 1;
}

task<int> helper(ctx_t ctx, int n) {
  co_await ctx.schedule_timer(5ms);
  co_return ctx.continue_as_new(n + 1);
}

task<int> from_a_helper(ctx_t ctx, int n) {
  if (n > 0) co_return n;
  auto both = co_await all(helper(ctx, n), ctx.schedule_activity(step, 1));
  co_return std::get<1>(both);
}

// Takes one order an execution, when the note comes.
task<int> one_order_each(ctx_t ctx, int n) {
  int order = co_await ctx.dequeue_event(orders);
  int sum = n * 10 + order;
  if (order == 9) co_return sum;
  co_await ctx.wait_for_event(note);
  co_return ctx.continue_as_new(sum);
}

task<std::string> takes_all(ctx_t ctx, std::string taken) {
  if (taken.empty()) {
    co_await ctx.schedule_timer(5ms);
    co_return ctx.continue_as_new("all: ");
  }
  for (int i = 0; i < 20; ++i) {
    int a = co_await ctx.dequeue_event(orders);
    int b = co_await ctx.dequeue_event(returns);
    taken += std::to_string(a) + std::to_string(b) + " ";
  }
  co_return taken;
}

// Appendix A-17, W-12.
task<int> race_then_continue(ctx_t ctx, int n) {
  if (n == 1) co_return co_await ctx.dequeue_event(orders);
  co_await race(ctx.dequeue_event(orders), ctx.schedule_timer(5ms));
  co_return ctx.continue_as_new(1);
}

task<int> holds_a_message(ctx_t ctx, int n) {
  if (n == 1) co_return co_await ctx.dequeue_event(orders);
  auto held = ctx.start(ctx.dequeue_event(orders));
  co_await ctx.wait_for_event(note);
  co_await ctx.continue_as_new(1);
  co_return 0;
}

task<void> leaves_work(ctx_t ctx, int n) {
  auto a = ctx.start(ctx.schedule_activity(step, 1));
  auto b = ctx.start(ctx.schedule_sub_orchestration(part, 2));
  auto c = ctx.start(ctx.schedule_timer(5ms));
  if (n == 0) co_await ctx.wait_for_event(note);
  ctx.start_orchestration(part, "independent", 3);
  co_await ctx.continue_as_new(1);
}

task<json_text> text_input(ctx_t ctx, json_text input) {
  if (input.text() == "0") co_return ctx.continue_as_new(json_text("{raw"));
  co_return input;
}

}  // namespace

LAW("continue-as-new ends an execution and says the input of the next") {
  replay_kit kit(code(counts_to_two));
  kit.start("0");
  CHECK(kit.history() == lines("1 started it 0", "2 continued 1"));
  CHECK(kit.effects() == "ends continued_as_new 1");
  CHECK(story(code(counts_to_two), "0", {}) == lines("1 started it 0", "2 continued 1", "--",
                                                     "1 started it 1", "2 continued 2", "--",
                                                     "1 started it 2", "2 ends 102"));
}

LAW("it may be awaited, and what stands behind it is not reached") {
  CHECK(story(code(awaits_it), "0", {}).ends_with(lines("--", "1 started it 1", "2 ends null")));
  replay_kit kit(code(never_gets_further));
  kit.start("null");
  CHECK(kit.history() == lines("1 started it null", "2 continued null"));
}

LAW("a helper, beside whatever else is open, may continue as new") {
  auto told = story(code(from_a_helper), "0", {"fired 2"});
  CHECK(told == lines("1 started it 0", "2 timer @1005", "3 activity step 1", "4 fired 2", "5 continued 1",
                      "--", "1 started it 1", "2 ends 1"));
}

LAW("an input that is JSON text is passed on untouched") {
  replay_kit kit(code(text_input));
  kit.start("0");
  kit.continues();
  CHECK(kit.outcome() == "completed {raw");
}

LAW("messages that nobody dequeued are for the next execution, in order, behind one another") {
  CHECK(story(code(one_order_each), "0",
              {"enqueued orders 1", "enqueued orders 2", "raised note 0", "enqueued orders 3",
               "enqueued orders 9", "raised note 0", "raised note 0"})
            .ends_with("ends 1239"));
}

LAW("what nobody dequeued is in no history, and stays where it is when an execution continues as new") {
  replay_kit kit(code(one_order_each));
  kit.start("0");
  kit.when("enqueued orders 1", "enqueued orders 2", "enqueued returns 5", "enqueued orders 3",
           "raised note 0");
  CHECK(kit.effects() == "ends continued_as_new 1");
  CHECK(kit.messages() == "consumed 1 5");
  kit.continues({"enqueued orders 4"});
  CHECK(kit.history() == lines("1 started it 1", "2 dequeue orders", "3 message orders 2", "4 wait note"));
  kit.when("raised note 0");
  CHECK(kit.effects() == "ends continued_as_new 12");
  kit.continues();
  CHECK(kit.history() == lines("1 started it 12", "2 dequeue orders", "3 message orders 3", "4 wait note"));
}

LAW("any number of messages waits for the next execution, in the order of their arrival") {
  std::vector<std::string> script;
  std::string expected;
  for (int i = 0; i < 20; ++i) {
    script.push_back("enqueued returns " + std::to_string(i % 10));
    script.push_back("enqueued orders " + std::to_string(i % 7));
    expected += std::to_string(i % 7) + std::to_string(i % 10) + " ";
  }
  script.push_back("fired 2");
  CHECK(story(code(takes_all), "''", script).ends_with("ends 'all: " + expected + "'"));
}

LAW("a message behind the timer that beat its wait is delivered in the next execution") {
  CHECK(story(code(race_then_continue), "0", {"fired 3", "enqueued orders 7"}).ends_with("ends 7"));
  CHECK(story(code(race_then_continue), "0", {"enqueued returns 1", "fired 3", "enqueued orders 7"})
            .ends_with("ends 7"));
}

LAW("a message that a wait has received and the code has not seen is given back") {
  replay_kit kit(code(holds_a_message));
  kit.start("0");
  kit.when("enqueued orders 7", "enqueued orders 8", "raised note 1");
  CHECK(kit.effects() == lines("ends continued_as_new 1", "give_back orders 7"));
  kit.continues();
  CHECK(kit.outcome() == "completed 7");
  CHECK(story(code(holds_a_message), "0", {"enqueued orders 7", "raised note 1"}).ends_with("ends 7"));
}

LAW("what arrives behind continue-as-new in a batch is left for the next execution") {
  replay_kit kit(code(one_order_each));
  kit.start("0");
  kit.when("enqueued orders 1", "raised note 0", "enqueued orders 2", "raised note 5", "completed 9 9",
           "start");
  CHECK(kit.messages() == "consumed 1 2 6; discarded 5; unconsumed 4");
  CHECK(kit.effects() == "ends continued_as_new 1");
  kit.continues({"enqueued orders 3"});
  // Order 2 waits in its queue, so somebody waits for the note.
  CHECK(kit.history() == lines("1 started it 1", "2 dequeue orders", "3 message orders 2", "4 wait note",
                               "5 raised note 5", "6 continued 12"));
  CHECK(kit.messages() == "consumed 3 4");
}

LAW("what was started and not awaited is cancelled, detached starts go out") {
  replay_kit earlier(code(leaves_work));
  earlier.start("0");
  earlier.when("raised note 1");
  CHECK(earlier.effects() == lines("detached 7", "cancel_activity 2", "cancel_timer 4",
                                   "cancel_child i::sub::3", "ends continued_as_new 1"));
  replay_kit same_turn(code(leaves_work));
  same_turn.start("1");
  CHECK(same_turn.effects() == lines("detached 5", "ends continued_as_new 1"));
}

}  // namespace laws_of_continue_as_new
