// The program of the page events-and-queues.md.
#include "guide/support.hpp"

using namespace std::chrono_literals;
namespace dx = duroxide;
using guide::expect;

// [handles]
constexpr dx::event<std::string> approved{"approved"};
constexpr dx::event<int> opened{"opened"};
constexpr dx::event_queue<std::string> orders{"orders"};
// [end]

constexpr dx::activity<void(std::string)> mail_request{"mail_request"};
constexpr dx::orchestration<std::string()> positional{"Positional"};
constexpr dx::orchestration<std::string(std::string)> approval{"Approval"};
constexpr dx::orchestration<std::string()> shop{"Shop"};
constexpr dx::orchestration<std::string()> patient_shop{"PatientShop"};
constexpr dx::orchestration<int(int)> eternal{"Eternal"};

// [positional]
dx::task<std::string> run_positional(dx::orchestration_context ctx) {
  co_await ctx.wait_for_event(opened);
  co_return co_await ctx.wait_for_event(approved);
}

std::string too_early(dx::client client) {
  client.start_orchestration(positional, "p");
  client.raise_event(approved, "p", "early");  // nobody waits for it yet: passed over
  client.raise_event(opened, "p", 1);
  client.raise_event(approved, "p", "late");
  return client.wait_for_orchestration(positional, "p", 30s);
}
// [end]

// [wait-first]
dx::task<std::string> run_approval(dx::orchestration_context ctx, std::string request) {
  auto answer = ctx.start(ctx.wait_for_event(approved));  // the wait is open from here on
  co_await ctx.schedule_activity(mail_request, request);  // may be answered at once
  co_return co_await dx::with_timeout(std::move(answer), 24h);
}
// [end]

// [queue]
dx::task<std::string> run_shop(dx::orchestration_context ctx) {
  std::string taken;
  for (;;) {
    std::string order = co_await ctx.dequeue_event(orders);
    if (order == "close") co_return taken;
    taken += order + ";";
  }
}

std::string in_order(dx::client client) {
  client.start_orchestration(shop, "s");
  for (const char* order : {"tea", "milk", "close"}) client.enqueue_event(orders, "s", order);
  return client.wait_for_orchestration(shop, "s", 30s);
}
// [end]

// [lost-race]
dx::task<std::string> run_patient_shop(dx::orchestration_context ctx) {
  for (int quiet = 0;;) {
    auto first = co_await dx::race(ctx.dequeue_event(orders), ctx.schedule_timer(2ms));
    if (first.index() == 0) co_return std::get<0>(first) + " after a wait";
    ++quiet;  // the wait that lost took no message
    ctx.set_custom_status(std::to_string(quiet));
  }
}
// [end]

// [eternal]
dx::task<int> run_eternal(dx::orchestration_context ctx, int seen) {
  std::string order = co_await ctx.dequeue_event(orders);
  if (order == "close") co_return seen;
  co_return ctx.continue_as_new(seen + 1);  // what is still in the queue stays there
}
// [end]

int main() {
  dx::runtime runtime(dx::sqlite_provider::open_in_memory());
  runtime.register_activity(mail_request, [](dx::activity_context& context, const std::string&) {
    context.get_client().raise_event(approved, context.instance_id(), "Grace");
  });
  runtime.register_orchestration(positional, run_positional);
  runtime.register_orchestration(approval, run_approval);
  runtime.register_orchestration(shop, run_shop);
  runtime.register_orchestration(patient_shop, run_patient_shop);
  runtime.register_orchestration(eternal, run_eternal);
  runtime.start();
  dx::client client = runtime.client();
  expect(too_early(client), "late");
  client.start_orchestration(approval, "a", "a holiday");
  expect(client.wait_for_orchestration(approval, "a", 30s), "Grace");
  expect(in_order(client), "tea;milk;");
  client.start_orchestration(patient_shop, "ps");
  client.wait_for_status_change("ps", 2, 30s);
  client.enqueue_event(orders, "ps", "bread");
  expect(client.wait_for_orchestration(patient_shop, "ps", 30s), "bread after a wait");
  client.start_orchestration(eternal, "e", 0);
  for (int i = 0; i < 20; ++i) client.enqueue_event(orders, "e", "more");
  client.enqueue_event(orders, "e", "close");
  expect(client.wait_for_orchestration(eternal, "e", 30s), 20);
  expect(guide::error_of([&] { client.raise_event(approved, "nobody", "x"); }), "instance_not_found");
  expect(guide::error_of([&] { client.enqueue_event(orders, "e", "x"); }), "instance_terminal");
}
