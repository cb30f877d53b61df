// The program of the page pausing.md.
#include <duroxide/duroxide.hpp>

#include "guide/support.hpp"

#include <iostream>

using namespace std::chrono_literals;
namespace dx = duroxide;
using guide::expect;

constexpr dx::activity<std::string(std::string)> pack{"pack"};
constexpr dx::event_queue<std::string> notes{"notes"};
constexpr dx::orchestration<std::string(std::string)> parcel{"Parcel"};
constexpr dx::orchestration<std::string(std::string)> order{"Order"};

dx::task<std::string> run_parcel(dx::orchestration_context ctx, std::string item) {
  std::string note = co_await ctx.dequeue_event(notes);
  std::string packed = co_await ctx.schedule_activity(pack, item);
  co_return packed + " " + note;
}

dx::task<std::string> run_order(dx::orchestration_context ctx, std::string item) {
  std::string sent = co_await ctx.schedule_sub_orchestration(parcel, item).with_id("parcel-1");
  co_return sent;
}

// [pause]
void close_for_the_night(const dx::client& client) {
  client.instance("order-1").pause("inventory", dx::reach::tree);
}

void open_again(const dx::client& client) { client.instance("order-1").resume(dx::reach::tree); }
// [end]

// [paused]
void print_paused(const dx::client& client) {
  const auto paused = client.admin().list_problems({.kind = dx::problem_kind::paused});
  for (const dx::instance_problem& each : paused.problems)
    std::cout << each.instance << " is paused: " << each.detail << '\n';
}
// [end]

// [terminate]
dx::instance_status end_for_good(const dx::client& client) {
  const auto order_2 = client.instance("order-2");
  order_2.terminate("its parcel burnt");
  return order_2.wait(30s);
}
// [end]

int main() {
  dx::runtime runtime{dx::sqlite_provider::open_in_memory()};
  runtime.register_activity(pack, [](dx::activity_context&, const std::string& item) { return item; });
  runtime.register_orchestration(parcel, run_parcel);
  runtime.register_orchestration(order, run_order);
  runtime.start();
  const dx::client client = runtime.client();

  client.start(order, "order-1", "tea");
  while (client.admin().get_instance_tree("order-1").size() < 2) std::this_thread::sleep_for(1ms);
  close_for_the_night(client);
  while (client.admin().list_problems({.kind = dx::problem_kind::paused}).problems.size() < 2)
    std::this_thread::sleep_for(1ms);
  print_paused(client);
  client.instance("parcel-1").enqueue(notes, "with a ribbon");
  expect(client.instance("order-1").status().status == dx::runtime_status::running);
  open_again(client);
  expect(client.instance(order, "order-1").result(guide::patience) == "tea with a ribbon");

  client.start(order, "order-2", "tea", {.delay = 1h});
  const dx::instance_status ended = end_for_good(client);
  expect(ended.status == dx::runtime_status::failed);
  expect(ended.error->kind == dx::error_kind::terminated);
}
