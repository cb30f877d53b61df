// The program of the page when-it-does-not-move.md.
#include <duroxide/duroxide.hpp>

#include "guide/support.hpp"

#include <iostream>
#include <stdexcept>

using namespace std::chrono_literals;
namespace dx = duroxide;
using guide::expect;

constexpr dx::activity<std::string(std::string)> charge{"charge"};
constexpr dx::activity<std::string(std::string)> weigh{"weigh"};
constexpr dx::orchestration<std::string(std::string)> order{"Order"};

// [order]
dx::task<std::string> run_order(dx::orchestration_context ctx, std::string item) {
  const dx::retry_policy patient = dx::retry_policy(5).with_backoff(dx::backoff::fixed(1h));
  auto both = co_await dx::all(ctx.schedule_activity(charge, item).with_retry(patient),
                               ctx.schedule_activity(weigh, item));
  co_return std::get<0>(both) + ", " + std::get<1>(both);
}
// [end]

// [explain]
void print_explanation(const dx::admin& admin, const std::string& id) {
  const dx::explanation told = admin.explain(id);
  std::cout << id << " is " << to_string(told.state) << '\n';
  if (told.problem) std::cout << "  " << told.problem->detail << '\n';
  for (const dx::open_wait& each : told.waits)
    std::cout << "  " << to_string(each.kind) << ' ' << each.name << ": " << each.text << '\n';
}
// [end]

// [unoffered]
bool needs_a_deploy(const dx::admin& admin, const std::string& id) {
  for (const dx::open_wait& each : admin.explain(id).waits)
    if (each.blocked_by == dx::wait_block::no_node_offers) return true;
  return false;
}
// [end]

int main() {
  auto store = dx::sqlite_provider::open_in_memory();
  dx::runtime runtime{store};
  runtime.register_activity(charge, [](dx::activity_context&, const std::string&) -> std::string {
    throw std::runtime_error("the card was declined");
  });
  runtime.register_orchestration(order, run_order);
  runtime.start();
  runtime.client().start(order, "order-7", "tea");
  const dx::admin admin(store);
  while (admin.explain("order-7").waits.size() != 2 ||
         admin.explain("order-7").waits.back().blocked_by != dx::wait_block::retry_pause)
    std::this_thread::sleep_for(1ms);
  print_explanation(admin, "order-7");
  expect(needs_a_deploy(admin, "order-7"));
  const dx::explanation told = admin.explain("order-7");
  expect(told.waits.back().last_error->message == "the card was declined");
}
