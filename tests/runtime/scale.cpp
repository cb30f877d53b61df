// Long executions: constant stack, and work proportional to the history.
#include "duroxide/combinators.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/replay_kit.hpp"

namespace laws_of_scale {

using namespace duroxide;
using namespace duroxide::test;

namespace {

using ctx_t = orchestration_context;

constexpr activity<int(int)> step{"step"};
constexpr event_queue<int> orders{"orders"};
constexpr int many = 100'000;

task<int> at_once(ctx_t, int n) { co_return n; }

task<int> awaits_tasks(ctx_t ctx, int count) {
  int sum = 0;
  for (int i = 0; i < count; ++i) sum += co_await at_once(ctx, 1);
  co_return sum;
}

task<int> awaits_combinations(ctx_t ctx, int count) {
  int sum = 0;
  for (int i = 0; i < count; ++i) {
    auto first = co_await race(all(at_once(ctx, 1), at_once(ctx, 2)), at_once(ctx, 3));
    sum += 1 + static_cast<int>(first.index());
  }
  co_return sum;
}

task<int> nests(ctx_t ctx, int depth) {
  if (depth == 0) co_return 0;
  int inner = co_await nests(ctx, depth - 1);
  co_return inner + 1;
}

task<int> takes(ctx_t ctx, int count) {
  int sum = 0;
  for (int i = 0; i < count; ++i) sum += co_await ctx.dequeue_event(orders);
  co_return sum;
}

task<int> steps(ctx_t ctx, int count) {
  int sum = 0;
  for (int i = 0; i < count; ++i) sum += co_await ctx.schedule_activity(step, i);
  co_return sum;
}

task<int> fans_out(ctx_t ctx, int count) {
  std::vector<activity_call<int>> calls;
  for (int i = 0; i < count; ++i) calls.push_back(ctx.schedule_activity(step, i));
  std::vector<int> values = co_await all(std::move(calls));
  int sum = 0;
  for (int value : values) sum += value;
  co_return sum;
}

std::unique_ptr<internal::execution> make(const orchestration_handler& handler) {
  return std::make_unique<internal::execution>(internal::execution_identity{"i", 1, "it", "1.0.0"}, handler,
                                               internal::execution_options{"b", false});
}

internal::turn begin(internal::execution& execution, int count) {
  execution.begin(parse_event("1 started it " + std::to_string(count)));
  internal::backlog nothing_waits;
  return execution.run({}, nothing_waits, {});
}

message answer(std::uint64_t source) {
  message made;
  made.kind = message_kind::activity_done;
  made.execution = 1;
  made.source = source;
  made.data = "1";
  return made;
}

}  // namespace

LAW("a hundred thousand awaits that are done at once need no stack") {
  for (auto how : {code(awaits_tasks), code(awaits_combinations)}) {
    auto execution = make(how);
    CHECK(begin(*execution, many).ends->output == std::to_string(many));
  }
}

LAW("tasks that await tasks nest as deep as memory allows, and are destroyed in the order of a loop") {
  auto execution = make(code(nests));
  CHECK(begin(*execution, 10'000).ends->output == "10000");
}

LAW("a hundred thousand messages are taken, ten thousand a turn") {
  auto execution = make(code(takes));
  begin(*execution, many);
  internal::backlog waiting;
  internal::turn made;
  for (int taken = 0; taken < many; taken += 10'000) {
    std::vector<message> arrived;
    for (int i = 0; i < 10'000; ++i) arrived.push_back(parse_message("enqueued orders 1", 1));
    made = execution->run(arrived, waiting, {});
    CHECK(made.consumed.size() == 10'000);
    CHECK(made.events.size() == 20'000);
  }
  REQUIRE(made.ends);
  CHECK(made.ends->output == std::to_string(many));
}

LAW("a turn takes no more from queues than one batch may have, and the next one goes on") {
  auto execution = make(code(takes));
  begin(*execution, 100);
  internal::backlog waiting(internal::backlog::origin::stored);
  queue_page page;
  for (int i = 0; i < 100; ++i) {
    page.messages.push_back(parse_message("enqueued orders 1", 1));
    page.messages.back().data = std::string(1'000'000, ' ') + "1";
  }
  waiting.answer("orders", waiting.ask("orders"), std::move(page));
  const internal::turn first = execution->run({}, waiting, {});
  CHECK(first.consumed.size() > 1);
  CHECK(first.consumed.size() < 40);
  CHECK(execution->can_take_from(waiting));
}

LAW("a hundred thousand buffered messages are taken in one turn") {
  auto execution = make(code(takes));
  history_event started = parse_event("1 started it " + std::to_string(many));
  for (int i = 0; i < many; ++i) started.carried.push_back({"orders", "1"});
  execution->begin(started);
  internal::backlog nothing_waits;
  CHECK(execution->run({}, nothing_waits, {}).ends->output == std::to_string(many));
}

LAW("a hundred thousand steps, one a turn, and their replay") {
  auto execution = make(code(steps));
  internal::backlog nothing_waits;
  std::vector<history_event> history = begin(*execution, many).events;
  for (int i = 0; i < many; ++i) {
    message done = answer(history.back().id);
    internal::turn made = execution->run({&done, 1}, nothing_waits, {});
    history.insert(history.end(), made.events.begin(), made.events.end());
  }
  CHECK(history.size() == 2 * static_cast<std::size_t>(many) + 2);
  CHECK(history.back().data == std::to_string(many));
  history.pop_back();
  history.pop_back();
  auto rebuilt = make(code(steps));
  rebuilt->replay(history);
  REQUIRE_FALSE(rebuilt->mismatch());
  message last = answer(history.back().id);
  CHECK(rebuilt->run({&last, 1}, nothing_waits, {}).ends->output == std::to_string(many));
}

LAW("thirty thousand branches side by side, and their cancellation") {
  constexpr int branches = 30'000;
  auto execution = make(code(fans_out));
  CHECK(begin(*execution, branches).activities.size() == branches);
  std::vector<message> arrived;
  for (int i = branches; i > 1; --i) arrived.push_back(answer(static_cast<std::uint64_t>(i) + 1));
  internal::backlog nothing_waits;
  CHECK_FALSE(execution->run(arrived, nothing_waits, {}).ends);
  message cancel = parse_message("cancel stop", 1);
  CHECK(execution->run({&cancel, 1}, nothing_waits, {}).cancelled_activities ==
        std::vector<std::uint64_t>{2});
}

}  // namespace laws_of_scale
