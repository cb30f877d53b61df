// The program of the page sub-orchestrations.md.
#include "guide/support.hpp"

using namespace std::chrono_literals;
namespace dx = duroxide;
using guide::expect;

// [contracts]
constexpr dx::activity<std::string(std::string)> pack{"pack"};
constexpr dx::orchestration<std::string(std::string)> ship_item{"ShipItem"};
constexpr dx::orchestration<std::string(std::vector<std::string>)> ship_order{"ShipOrder"};
// [end]

// [children]
dx::task<std::string> run_ship_item(dx::orchestration_context ctx, std::string item) {
  co_return co_await ctx.schedule_activity(pack, item);
}

dx::task<std::string> run_ship_order(dx::orchestration_context ctx, std::vector<std::string> items) {
  std::vector<dx::sub_orchestration_call<std::string>> children;
  for (const std::string& item : items) children.push_back(ctx.schedule_sub_orchestration(ship_item, item));
  auto shipped = co_await dx::all_settled(std::move(children));
  std::string summary;
  for (const auto& each : shipped) summary += (each ? *each : "failed: " + each.error().message()) + "; ";
  co_return summary;
}
// [end]

constexpr dx::orchestration<std::string(std::string)> named{"Named"};

// [ids]
dx::task<std::string> run_named(dx::orchestration_context ctx, std::string item) {
  std::string id = "parcel-of-" + ctx.instance_id();
  auto child = co_await dx::settle(ctx.schedule_sub_orchestration(ship_item, item).with_id(id));
  if (child) co_return *child;
  co_return std::string(to_string(child.error().details().kind));
}
// [end]

constexpr dx::event<int> never{"never"};
constexpr dx::orchestration<int()> sleeper{"Sleeper"};
constexpr dx::orchestration<std::string()> impatient{"Impatient"};

dx::task<int> run_sleeper(dx::orchestration_context ctx) { co_return co_await ctx.wait_for_event(never); }

// [dropped]
dx::task<std::string> run_impatient(dx::orchestration_context ctx) {
  auto child = ctx.schedule_sub_orchestration(sleeper).with_id("sleeping-child");
  auto slept = co_await dx::settle(dx::with_timeout(std::move(child), 20ms));
  co_return slept ? "slept" : "too long; the child is cancelled";
}
// [end]

constexpr dx::orchestration<void(std::string)> sells{"Sells"};

// [detached]
dx::task<void> run_sells(dx::orchestration_context ctx, std::string item) {
  ctx.start_orchestration(ship_item, "shipping-" + ctx.instance_id(), item);
  co_return;  // the shipping goes on without this one
}
// [end]

int main() {
  dx::runtime runtime(dx::sqlite_provider::open_in_memory());
  runtime.register_activity(pack, [](dx::activity_context&, std::string item) {
    if (item == "anvil") throw std::runtime_error("too heavy");
    return "packed " + item;
  });
  runtime.register_orchestration(ship_item, run_ship_item);
  runtime.register_orchestration(ship_order, run_ship_order);
  runtime.register_orchestration(named, run_named);
  runtime.register_orchestration(sleeper, run_sleeper);
  runtime.register_orchestration(impatient, run_impatient);
  runtime.register_orchestration(sells, run_sells);
  runtime.start();
  dx::client client = runtime.client();

  expect(client.start(ship_order, "order", std::vector<std::string>{"tea", "anvil"}).result(30s),
         "packed tea; failed: too heavy; ");
  expect(client.instance("order::sub::2").status().status == dx::runtime_status::completed);
  expect(client.instance("order::sub::3").status().status == dx::runtime_status::failed);

  expect(client.start(named, "n1", "cups").result(30s), "packed cups");
  client.start(ship_item, "parcel-of-n2", "another");
  expect(client.start(named, "n2", "cups").result(30s), "already_exists");

  expect(client.start(impatient, "i").result(30s), "too long; the child is cancelled");
  expect(client.instance("sleeping-child").wait(30s).status == dx::runtime_status::cancelled);

  client.start(sells, "sale-7", "a lamp").wait(30s);
  expect(client.instance(ship_item, "shipping-sale-7").result(30s), "packed a lamp");
}
