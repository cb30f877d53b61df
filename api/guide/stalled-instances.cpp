// The program of the page stalled-instances.md.
#include <duroxide/duroxide.hpp>

#include "guide/support.hpp"

#include <iostream>

using namespace std::chrono_literals;
namespace dx = duroxide;
using guide::expect;

constexpr dx::activity<std::string(std::string)> reserve{"reserve"};
constexpr dx::activity<std::string(std::string)> check_stock{"check_stock"};
constexpr dx::event<std::string> payment{"payment"};
constexpr dx::orchestration<std::string(std::string)> order{"Order"};

// [right]
dx::task<std::string> run_order(dx::orchestration_context ctx, std::string item) {
  co_await ctx.schedule_activity(reserve, item);
  std::string paid = co_await ctx.wait_for_event(payment);
  co_return item + ", " + paid;
}
// [end]

// [wrong]
// A step before the first one: running orders do not have it in their histories.
dx::task<std::string> run_order_with_check(dx::orchestration_context ctx, std::string item) {
  co_await ctx.schedule_activity(check_stock, item);
  co_await ctx.schedule_activity(reserve, item);
  std::string paid = co_await ctx.wait_for_event(payment);
  co_return item + ", " + paid;
}
// [end]

void register_activities(dx::runtime& runtime) {
  const auto agree = [](dx::activity_context&, const std::string& item) { return item; };
  runtime.register_activity(reserve, agree);
  runtime.register_activity(check_stock, agree);
}

// [problems]
void print_problems(const dx::client& client) {
  for (const dx::instance_problem& each : client.admin().list_problems().problems)
    std::cout << each.instance << " does not go on: " << to_string(each.kind) << ", " << each.detail << '\n';
}
// [end]

// [fail]
dx::runtime_options as_before() {
  dx::runtime_options options;
  options.on_mismatch = dx::mismatch_policy::fail;
  options.max_failed_attempts = 10;  // of what is not registered, or cannot be read
  return options;
}
// [end]

int main() {
  auto store = dx::sqlite_provider::open_in_memory();
  {
    dx::runtime runtime{store};
    register_activities(runtime);
    runtime.register_orchestration(order, run_order);
    runtime.start();
    runtime.client().start(order, "order-1", "tea");
    while (runtime.client().admin().read_history("order-1").size() < 4) std::this_thread::sleep_for(1ms);
  }
  {
    dx::runtime runtime{store};
    register_activities(runtime);
    runtime.register_orchestration(order, run_order_with_check);
    runtime.start();
    const dx::client client = runtime.client();
    client.instance("order-1").raise(payment, "12 EUR");
    while (client.admin().list_problems().problems.empty()) std::this_thread::sleep_for(1ms);
    print_problems(client);
    expect(client.instance("order-1").status().status == dx::runtime_status::running);
  }
  dx::runtime runtime{store, as_before()};
  register_activities(runtime);
  runtime.register_orchestration(order, run_order);
  runtime.start();
  expect(runtime.client().instance(order, "order-1").result(guide::patience) == "tea, 12 EUR");
  expect(runtime.client().admin().list_problems().problems.empty());
}
