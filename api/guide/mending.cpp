// The program of the page mending.md.
#include <duroxide/duroxide.hpp>

#include "guide/support.hpp"

#include <atomic>
#include <iostream>
#include <stdexcept>

using namespace std::chrono_literals;
namespace dx = duroxide;
using guide::expect;

constexpr dx::activity<std::string(std::string)> reserve{"reserve"};
constexpr dx::activity<std::string(std::string)> charge{"charge"};
constexpr dx::orchestration<std::string(std::string)> order{"Order"};

dx::task<std::string> run_order(dx::orchestration_context ctx, std::string item) {
  std::string reserved = co_await ctx.schedule_activity(reserve, item);
  std::string charged = co_await ctx.schedule_activity(charge, reserved);
  co_return charged;
}

// [rewind]
dx::rewind_receipt try_payment_again(const dx::client& client) {
  return client.admin().rewind("order-1", dx::rewind_point::last_failure(), {.reason = "the bank is up"});
}
// [end]

// [all]
void mend_all(const dx::admin& admin) {
  dx::page_request page;
  do {
    const dx::instance_page failed = admin.list("status = failed and orchestration = 'Order'", page);
    for (const dx::instance_summary& each : failed.instances) admin.rewind(each.instance);
    page.cursor = failed.cursor;
  } while (!page.cursor.empty());
}
// [end]

// [event]
void reserve_again(const dx::client& client) {
  const dx::admin admin = client.admin();
  for (const dx::history_event& each : admin.read_history("order-1"))
    if (each.kind == dx::event_kind::activity_completed) {
      const dx::rewind_receipt would = admin.preview_rewind("order-1", dx::rewind_point::event(each.id));
      std::cout << would.instances.size() << " instance goes back to before event " << would.event << '\n';
      admin.rewind("order-1", dx::rewind_point::event(each.id));
      return;
    }
}
// [end]

// [begin]
void begin_with_coffee(const dx::client& client) {
  client.admin().rewind("order-1", dx::rewind_point::begin(),
                        {.reason = "the wrong item", .input = dx::json_text(R"("coffee")")});
}
// [end]

int main() {
  std::atomic<bool> bank_is_up{false};
  std::atomic<int> reserved{0};
  dx::runtime runtime{dx::sqlite_provider::open_in_memory()};
  runtime.register_activity(reserve, [&](dx::activity_context&, const std::string& item) {
    ++reserved;
    return item + " reserved";
  });
  runtime.register_activity(charge, [&](dx::activity_context&, const std::string& item) {
    if (!bank_is_up) throw std::runtime_error("the bank is down");
    return item + " and paid";
  });
  runtime.register_orchestration(order, run_order);
  runtime.start();
  const dx::client client = runtime.client();
  const auto result = [&] { return client.instance(order, "order-1").result(guide::patience); };

  client.start(order, "order-1", "tea");
  expect(client.instance("order-1").wait(guide::patience).status == dx::runtime_status::failed);
  bank_is_up = true;
  expect(try_payment_again(client).execution, 1U);
  expect(result(), "tea reserved and paid");
  expect(reserved == 1);

  bank_is_up = false;
  client.start(order, "order-2", "milk");
  expect(client.instance("order-2").wait(guide::patience).status == dx::runtime_status::failed);
  bank_is_up = true;
  mend_all(client.admin());
  expect(client.instance(order, "order-2").result(guide::patience), "milk reserved and paid");
  expect(reserved == 2);

  reserve_again(client);
  expect(result(), "tea reserved and paid");
  expect(reserved == 3);
  begin_with_coffee(client);
  expect(result(), "coffee reserved and paid");
}
