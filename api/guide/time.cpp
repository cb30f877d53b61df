// The program of the page time.md.
#include "guide/support.hpp"

using namespace std::chrono_literals;
namespace dx = duroxide;
using guide::expect;

constexpr dx::activity<int(int)> stuck{"stuck"};
constexpr dx::event<std::string> answered{"answered"};
constexpr dx::orchestration<std::string()> timers{"Timers"};
constexpr dx::orchestration<std::string()> asks{"Asks"};
constexpr dx::orchestration<int()> bounded{"Bounded"};
constexpr dx::orchestration<std::string()> reminder{"Reminder"};

// [timers]
dx::task<std::string> run_timers(dx::orchestration_context ctx) {
  dx::timestamp began = ctx.utc_now();
  co_await ctx.schedule_timer(10ms);                          // a delay
  co_await ctx.schedule_timer(began + 20ms);                  // a point in time
  co_await ctx.schedule_timer(began - std::chrono::days(1));  // has passed: due at once
  dx::duration took = ctx.utc_now() - began;
  co_return took >= 20ms ? "on time" : "too early";
}
// [end]

// [timeout]
dx::task<std::string> run_asks(dx::orchestration_context ctx) {
  auto answer = co_await dx::settle(dx::with_timeout(ctx.wait_for_event(answered), 10ms));
  if (!answer) co_return "nobody answered";
  co_return *answer;
}
// [end]

// [helper]
dx::task<int> two_steps(dx::orchestration_context ctx) {
  co_await ctx.schedule_timer(1ms);
  co_return co_await ctx.schedule_activity(stuck, 1);
}

dx::task<int> run_bounded(dx::orchestration_context ctx) {
  co_return co_await dx::with_timeout(two_steps(ctx), 20ms);  // both steps together
}
// [end]

dx::task<std::string> run_reminder(dx::orchestration_context) { co_return "water the plants"; }

// [delayed]
void start_later(dx::client client) {
  dx::start_options options;
  options.delay = 50ms;
  client.start(reminder, "plants", options);
}
// [end]

constexpr dx::activity<void(std::string)> report{"report"};
constexpr dx::orchestration<int(int)> periodic{"Periodic"};

// [periodic]
dx::task<int> run_periodic(dx::orchestration_context ctx, int round) {
  dx::timestamp next = ctx.utc_now() + 5ms;
  co_await ctx.schedule_activity(report, "round " + std::to_string(round));
  if (round == 3) co_return round;
  co_await ctx.schedule_timer(next);  // counted from the beginning of the round
  co_return ctx.continue_as_new(round + 1);
}
// [end]

int main() {
  dx::runtime runtime(dx::sqlite_provider::open_in_memory());
  std::atomic<int> reports = 0;
  runtime.register_activity(stuck, [](dx::activity_context& context, int n) {
    context.wait_for_cancellation(1h);
    return n;
  });
  runtime.register_activity(report, [&reports](dx::activity_context&, const std::string&) { ++reports; });
  runtime.register_orchestration(timers, run_timers);
  runtime.register_orchestration(asks, run_asks);
  runtime.register_orchestration(bounded, run_bounded);
  runtime.register_orchestration(reminder, run_reminder);
  runtime.register_orchestration(periodic, run_periodic);
  runtime.start();
  dx::client client = runtime.client();
  expect(client.start(timers, "t").result(30s), "on time");
  expect(client.start(asks, "a").result(30s), "nobody answered");
  dx::instance_status late = client.start(bounded, "b").wait(30s);
  expect(late.error && late.error->kind == dx::error_kind::timed_out);
  auto before = std::chrono::steady_clock::now();
  start_later(client);
  expect(client.instance(reminder, "plants").result(30s), "water the plants");
  expect(std::chrono::steady_clock::now() - before >= 40ms);
  dx::start_options cancelled;
  cancelled.delay = 1h;
  client.start(reminder, "never", cancelled);
  client.instance("never").cancel("no plants");
  expect(client.instance("never").wait(30s).status == dx::runtime_status::cancelled);
  expect(client.start(periodic, "p", 1).result(30s), 3);
  expect(reports.load(), 3);
}
