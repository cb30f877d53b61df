// Orchestrations made of orchestrations: children are awaited like activities.
#include <duroxide/duroxide.hpp>

#include <iostream>

using namespace std::chrono_literals;
namespace dx = duroxide;

constexpr dx::activity<std::string(std::string)> pack{"pack"};
constexpr dx::orchestration<std::string(std::string)> ship_item{"ShipItem"};
constexpr dx::orchestration<std::string(std::vector<std::string>)> ship_order{"ShipOrder"};

dx::task<std::string> run_ship_item(dx::orchestration_context ctx, std::string item) {
  std::string packed = co_await ctx.schedule_activity(pack, item);
  co_return packed + " shipped";
}

dx::task<std::string> run_ship_order(dx::orchestration_context ctx, std::vector<std::string> items) {
  std::vector<dx::sub_orchestration_call<std::string>> children;
  for (const std::string& item : items) children.push_back(ctx.schedule_sub_orchestration(ship_item, item));
  auto shipped = co_await dx::all(std::move(children));
  std::string summary;
  for (const std::string& each : shipped) summary += each + "; ";
  co_return summary + "order complete";
}

int main(int argc, char** argv) {
  dx::runtime runtime{dx::open_store(argc > 1 ? argv[1] : "sqlite:sub_orchestrations.db")};
  runtime.register_activity(pack, [](dx::activity_context&, std::string item) { return "packed " + item; });
  runtime.register_orchestration(ship_item, run_ship_item);
  runtime.register_orchestration(ship_order, run_ship_order);
  runtime.start();

  dx::client client = runtime.client();
  std::cout << client.start(ship_order, "order-1", std::vector<std::string>{"tea", "cups"}).result(30s)
            << '\n';
}
