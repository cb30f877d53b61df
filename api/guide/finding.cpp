// The program of the page finding.md.
#include "guide/support.hpp"

#include <thread>

using namespace std::chrono_literals;
namespace dx = duroxide;
using guide::expect;

constexpr dx::event<std::string> paid{"paid"};
constexpr dx::orchestration<int(double)> order{"Order"};
constexpr dx::orchestration<int()> parcel{"Parcel"};

dx::task<int> run_parcel(dx::orchestration_context ctx) {
  co_await ctx.wait_for_event(paid);
  co_return 1;
}

// [setting]
dx::task<int> run_order(dx::orchestration_context ctx, double amount) {
  ctx.set_label("amount", amount);
  ctx.set_label("stage", "open");
  ctx.set_label("due", ctx.utc_now() + 48h);
  const std::string payer = co_await ctx.wait_for_event(paid);
  ctx.set_label("stage", "paid by " + payer);
  ctx.clear_label("due");
  int parcels = co_await ctx.schedule_sub_orchestration(parcel).inherit_labels();
  co_return parcels;
}
// [end]

// [start]
void start_order(const dx::client& client, const std::string& id, double amount) {
  dx::start_options options;
  options.labels = {dx::make_label("customer", "Ada"), dx::make_label("express", amount > 100)};
  client.start(order, id, amount, options);
}
// [end]

// [outside]
void hold(const dx::client& client, const std::string& id) {
  client.instance(id).set_label("stage", "held");  // as soon as the orchestration gets it
}
// [end]

// [list]
std::vector<std::string> large_orders(const dx::admin& admin) {
  std::vector<std::string> ids;
  dx::page_request page{.limit = 100};
  do {
    const auto found = admin.list("orchestration = Order and amount > 100 and created > -2d", page);
    for (const dx::instance_summary& each : found.instances) ids.push_back(each.instance);
    page.cursor = found.cursor;  // empty: that was all
  } while (!page.cursor.empty());
  return ids;
}
// [end]

// [states]
void let_orders_go_on(const dx::client& client) {
  const auto paused = client.admin().list("orchestration = Order and problem = paused");
  for (const dx::instance_summary& each : paused.instances) client.instance(each.instance).resume();
}
// [end]

// [count]
std::string by_stage(const dx::admin& admin) {
  std::string text;
  for (const dx::group_count& each : admin.count("orchestration = Order", "stage"))
    text += each.value.value_or("(none)") + ": " + std::to_string(each.instances) + "\n";
  return text;
}
// [end]

// [error]
std::string place_of_mistake(const dx::admin& admin, const std::string& asked) {
  try {
    admin.list(asked);
  } catch (const dx::filter_error& e) {
    return asked + "\n" + std::string(e.column() - 1, ' ') + "^ " + e.what();
  }
  return "";
}
// [end]

template <class Predicate> void wait_until(Predicate holds) {
  const auto end = std::chrono::steady_clock::now() + guide::patience;
  while (!holds() && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(1ms);
  expect(holds());
}

int main() {
  dx::runtime runtime{dx::open_store("sqlite::memory:")};
  runtime.register_orchestration(order, run_order);
  runtime.register_orchestration(parcel, run_parcel);
  runtime.start();
  dx::client client = runtime.client();
  const dx::admin admin = client.admin();
  start_order(client, "small", 5);
  start_order(client, "large", 500);
  expect(large_orders(admin).size(), 1U);
  expect(large_orders(admin).front(), "large");
  expect(by_stage(admin), "open: 2\n");
  expect(admin.list("due < +3d and express = true").instances.size(), 1U);
  client.instance("large").pause("inventory");
  wait_until([&] { return admin.list("state = paused").instances.size() == 1; });
  let_orders_go_on(client);
  wait_until([&] { return admin.list("state = paused").instances.empty(); });
  hold(client, "small");
  wait_until([&] { return admin.list("stage = held").instances.size() == 1; });
  client.instance("small").raise(paid, std::string("card"));
  wait_until(
      [&] { return admin.list("stage = 'paid by card' and orchestration = Parcel").instances.size() == 1; });
  expect(admin.list("id = small and due is null").instances.size(), 1U);
  expect(place_of_mistake(admin, "status = faild").substr(0, 26), "status = faild\n         ^ ");
}
