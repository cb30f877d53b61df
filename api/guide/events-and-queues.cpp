// The program of the page events-and-queues.md.
#include "guide/support.hpp"

using namespace std::chrono_literals;
namespace dx = duroxide;
using guide::expect;

// [contracts]
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
  auto instance = client.start(positional, "p");
  instance.raise(approved, "early");  // nobody waits for it yet: passed over
  instance.raise(opened, 1);
  instance.raise(approved, "late");
  return instance.result(30s);
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
  auto open_shop = client.start(shop, "s");
  for (const char* order : {"tea", "milk", "close"}) open_shop.enqueue(orders, order);
  return open_shop.result(30s);
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
    context.get_client().instance(context.instance_id()).raise(approved, "Grace");
  });
  runtime.register_orchestration(positional, run_positional);
  runtime.register_orchestration(approval, run_approval);
  runtime.register_orchestration(shop, run_shop);
  runtime.register_orchestration(patient_shop, run_patient_shop);
  runtime.register_orchestration(eternal, run_eternal);
  runtime.start();
  dx::client client = runtime.client();
  expect(too_early(client), "late");
  expect(client.start(approval, "a", "a holiday").result(30s), "Grace");
  expect(in_order(client), "tea;milk;");
  auto patient = client.start(patient_shop, "ps");
  patient.wait_for_status_change(2, 30s);
  patient.enqueue(orders, "bread");
  expect(patient.result(30s), "bread after a wait");
  auto endless = client.start(eternal, "e", 0);
  for (int i = 0; i < 20; ++i) endless.enqueue(orders, "more");
  endless.enqueue(orders, "close");
  expect(endless.result(30s), 20);
  expect(guide::error_of([&] { client.instance("nobody").raise(approved, "x"); }), "instance_not_found");
  expect(guide::error_of([&] { endless.enqueue(orders, "x"); }), "instance_terminal");
}
