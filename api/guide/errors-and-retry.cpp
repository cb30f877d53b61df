// The program of the page errors-and-retry.md.
#include "guide/support.hpp"

using namespace std::chrono_literals;
namespace dx = duroxide;
using guide::expect;

constexpr dx::activity<int(int)> reserve{"reserve"};
constexpr dx::activity<int(int)> charge{"charge"};
constexpr dx::activity<void(int)> release{"release"};
constexpr dx::activity<int(int)> flaky{"flaky"};
constexpr dx::activity<int(int)> stuck{"stuck"};
constexpr dx::activity<int(int)> scripted{"scripted"};

constexpr dx::orchestration<int(int)> unhandled{"Unhandled"};
constexpr dx::orchestration<int(int)> calls_script{"CallsScript"};
constexpr dx::orchestration<std::string(int)> caught{"Caught"};
constexpr dx::orchestration<std::string(int)> compensated{"Compensated"};
constexpr dx::orchestration<int(int)> retried{"Retried"};
constexpr dx::orchestration<std::string(int)> given_up{"GivenUp"};
constexpr dx::orchestration<std::string()> limited{"Limited"};

std::atomic<int> released = 0;
std::atomic<int> charges = 0;

// [throwing]
int run_charge(dx::activity_context&, int amount) {
  ++charges;
  if (amount < 0) throw dx::final_error("a negative amount");  // no further attempt would mend it
  if (amount > 1000) throw std::runtime_error("the card was declined");
  return amount;
}
// [end]

dx::task<int> run_unhandled(dx::orchestration_context ctx, int amount) {
  co_return co_await ctx.schedule_activity(charge, amount);
}

dx::task<int> run_calls_script(dx::orchestration_context ctx, int n) {
  co_return co_await ctx.schedule_activity(scripted, n);
}

// [catching]
dx::task<std::string> run_caught(dx::orchestration_context ctx, int amount) {
  std::string outcome;
  try {
    int paid = co_await ctx.schedule_activity(charge, amount);
    outcome = "paid " + std::to_string(paid);
  } catch (const dx::activity_failed& e) {
    outcome = e.details().source + " failed: " + e.what();
  }
  co_return outcome;
}
// [end]

// [typed]
// What a binding raises for a handler in another language.
int run_scripted(dx::activity_context&, int) {
  dx::error_details why;
  why.kind = dx::error_kind::activity_failed;
  why.message = "invalid literal for int(): 'seven'";
  why.type = "ValueError";
  why.stack = "File \"orders.py\", line 7, in amount";
  throw dx::error(why);
}

std::string where_it_failed(dx::admin admin, const std::string& instance) {
  dx::instance_info info = admin.get_instance_info(instance);
  return info.error->type + ": " + info.error->message + "\n" + info.error->stack;
}
// [end]

// [compensating]
dx::task<std::string> run_compensated(dx::orchestration_context ctx, int amount) {
  int room = co_await ctx.schedule_activity(reserve, amount);
  auto paid = co_await dx::settle(ctx.schedule_activity(charge, amount));
  if (!paid) {
    co_await ctx.schedule_activity(release, room);  // not possible in a catch handler
    co_return "released, because " + paid.error().message();
  }
  co_return "paid " + std::to_string(*paid);
}
// [end]

// [retry]
dx::task<int> run_retried(dx::orchestration_context ctx, int n) {
  dx::retry_policy patient = dx::retry_policy(5)
                                 .with_backoff(dx::backoff::exponential(1ms, 2, 10ms))
                                 .with_jitter(0.2)
                                 .with_attempt_timeout(2s)
                                 .with_total_timeout(20s);
  co_return co_await ctx.schedule_activity(flaky, n).with_retry(patient);
}
// [end]

dx::task<std::string> run_given_up(dx::orchestration_context ctx, int amount) {
  dx::retry_policy quick = dx::retry_policy(3).with_backoff(dx::backoff::none());
  auto paid = co_await dx::settle(ctx.schedule_activity(charge, amount).with_retry(quick));
  if (paid) co_return "paid";
  co_return paid.error().message();
}

// [timeouts]
dx::task<std::string> run_limited(dx::orchestration_context ctx) {
  dx::retry_policy twice = dx::retry_policy(2).with_backoff(dx::backoff::none()).with_attempt_timeout(20ms);
  auto one = co_await dx::settle(ctx.schedule_activity(stuck, 1).with_retry(twice));
  auto other = co_await dx::settle(ctx.schedule_activity(stuck, 2).with_timeout(20ms));
  co_return one.error().message() + "; " + std::string(to_string(other.error().details().kind));
}
// [end]

// [client]
std::string how_it_went(dx::client client, const std::string& instance) {
  try {
    int paid = client.instance(unhandled, instance).result(30s);
    return "paid " + std::to_string(paid);
  } catch (const dx::orchestration_failed& e) {
    if (e.kind() == dx::error_kind::cancelled) return "cancelled";
    return std::string(to_string(e.category())) + "/" + std::string(to_string(e.kind())) + ": " + e.what();
  } catch (const dx::timeout_error&) {
    return "still running";
  }
}
// [end]

void register_all(dx::runtime& runtime) {
  runtime.register_activity(reserve, [](dx::activity_context&, int n) { return n; });
  runtime.register_activity(charge, run_charge);
  runtime.register_activity(release, [](dx::activity_context&, int) { ++released; });
  runtime.register_activity(flaky, [](dx::activity_context& context, int n) {
    if (context.attempt() < 3) throw std::runtime_error("try again");
    return n;
  });
  runtime.register_activity(stuck, [](dx::activity_context& context, int n) {
    context.wait_for_cancellation(1h);
    return n;
  });
  runtime.register_activity(scripted, run_scripted);
  runtime.register_orchestration(calls_script, run_calls_script);
  runtime.register_orchestration(unhandled, run_unhandled);
  runtime.register_orchestration(caught, run_caught);
  runtime.register_orchestration(compensated, run_compensated);
  runtime.register_orchestration(retried, run_retried);
  runtime.register_orchestration(given_up, run_given_up);
  runtime.register_orchestration(limited, run_limited);
}

int main() {
  dx::runtime runtime(dx::sqlite_provider::open_in_memory());
  register_all(runtime);
  runtime.start();
  dx::client client = runtime.client();
  client.start(unhandled, "u", 5000);
  expect(how_it_went(client, "u"), "application/activity_failed: the card was declined");
  client.start(calls_script, "s", 1);
  client.instance("s").wait(30s);
  expect(where_it_failed(client.admin(), "s"),
         "ValueError: invalid literal for int(): 'seven'\nFile \"orders.py\", line 7, in amount");
  expect(client.start(caught, "c", 5000).result(30s), "charge failed: the card was declined");
  expect(client.start(compensated, "comp", 5000).result(30s), "released, because the card was declined");
  expect(released.load(), 1);
  expect(client.start(retried, "r", 7).result(30s), 7);
  charges = 0;
  expect(client.start(given_up, "final", -1).result(30s), "a negative amount");
  expect(charges.load(), 1);
  expect(client.start(given_up, "three", 5000).result(30s), "the card was declined");
  expect(charges.load(), 4);
  expect(client.start(limited, "l").result(30s), "activity 'stuck' was not done within 20 ms; timed_out");
}
