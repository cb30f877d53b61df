// The program of the page actors.md.
#include <duroxide/caf.hpp>

#include "guide/support.hpp"
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>

#include <future>

using namespace std::chrono_literals;
namespace dx = duroxide;
using guide::expect;

// [contracts]
struct order {
  std::string item;
  int amount = 0;
};
BOOST_DESCRIBE_STRUCT(order, (), (item, amount))

constexpr dx::event<bool> approval{"approval"};
constexpr dx::event_queue<std::string> notes{"notes"};
constexpr dx::orchestration<std::string(order)> order_flow{"OrderFlow"};
// [end]

dx::task<std::string> run_order_flow(dx::orchestration_context ctx, order wanted) {
  ctx.set_custom_status("waiting for an approval");
  bool approved = co_await ctx.wait_for_event(approval);
  ctx.set_custom_status(approved ? "approved" : "refused");
  ctx.set_kv_value("approved", approved);
  co_return wanted.item + (approved ? " sold" : " kept");
}

// [system]
// The names of our messages, and the text of our errors.
caf::actor_system_config& configured(caf::actor_system_config& config) {
  dx::configure(config);
  return config;
}
// [end]

using outcome = std::promise<std::string>;

// [request]
// Starts an order, approves it as soon as it asks, and hands over what came of it.
void selling_actor(caf::event_based_actor* self, dx::client_actor orders, std::string id, outcome* sold) {
  auto fail = [=](const dx::error_details& why) { sold->set_value(dx::to_text(why)); };
  auto finish = [=] {
    dx::request(self, orders, 30s, dx::op::result(order_flow, id))
        .then([=](std::string output) { sold->set_value(output); }, fail);
  };
  auto approve = [=](const dx::instance_status&) {
    dx::request(self, orders, 5s, dx::op::raise(approval, id, true)).then(finish, fail);
  };
  dx::request(self, orders, 5s, dx::op::start(order_flow, id, order{"tea", 3}))
      .then(
          [=](dx::start_result) {
            dx::request(self, orders, 30s, dx::op::status_change(id, 0)).then(approve, fail);
          },
          fail);
}
// [end]

// [blocking]
std::string kind_of_failure(caf::actor_system& system, const dx::client_actor& orders) {
  std::string kind;
  caf::scoped_actor self{system};
  dx::request(self, orders, 5s, dx::op::wait("no-such-order"))
      .receive([](const dx::instance_status&) {},
               [&](const dx::error_details& why) { kind = to_string(why.kind); });
  return kind;
}
// [end]

// [start-and]
void note_order(caf::event_based_actor* self, dx::client_actor orders, std::string id, outcome* noted) {
  auto noting = dx::op::start_and(dx::op::start(order_flow, id, order{"cups", 2}),
                                  dx::op::enqueue(notes, id, "wrap them well"));
  dx::request(self, orders, 5s, noting)
      .then(
          [=](dx::start_result how) {
            noted->set_value(how == dx::start_result::started ? "started" : "added");
          },
          [=](const dx::error_details& why) { noted->set_value(dx::to_text(why)); });
}
// [end]

// [watching]
caf::behavior watching_actor(caf::event_based_actor* self, dx::client_actor orders, std::string id,
                             outcome* ended) {
  dx::subscribe(self, orders, id, 0, dx::absent_instance::wait);
  auto seen = std::make_shared<std::string>();
  return {
      [=](const dx::instance_changed& changed) { *seen += changed.status.custom_status.value_or("") + "; "; },
      [=](const dx::instance_down& down) {
        *seen += down.status ? std::string(to_string(down.status->status)) : dx::to_text(*down.error);
        ended->set_value(*seen);
        self->quit();
      },
  };
}
// [end]

// [administer]
void counting_actor(caf::event_based_actor* self, dx::client_actor orders, outcome* counted) {
  auto count = [](const dx::admin& admin) { return admin.list_instances().instances.size(); };
  dx::request(self, orders, 10s, dx::op::administer(count))
      .then([=](std::size_t orders_known) { counted->set_value(std::to_string(orders_known)); },
            [=](const dx::error_details& why) { counted->set_value(dx::to_text(why)); });
}
// [end]

// [options]
dx::client_actor make_patient_client(caf::actor_system& system, const dx::client& client) {
  dx::client_actor_options options;
  options.request_limit = 500;  // in flight; the next one is answered with limit_exceeded
  options.wait_limit = 20'000;  // open waits, monitors and subscriptions
  return dx::make_client_actor(system, client, options);
}
// [end]

// What an actor that runs `function` gives.
template <class Function, class... Arguments>
std::string outcome_of(caf::actor_system& system, Function function, Arguments... arguments) {
  outcome given;
  auto future = given.get_future();
  system.spawn(function, arguments..., &given);
  expect(future.wait_for(guide::patience) == std::future_status::ready);
  return future.get();
}

int main() {
  caf::actor_system_config config;
  caf::actor_system system{configured(config)};
  dx::runtime runtime{dx::sqlite_provider::open_in_memory()};
  runtime.register_orchestration(order_flow, run_order_flow);
  runtime.start();
  dx::client_actor orders = make_patient_client(system, runtime.client());

  outcome ended;
  auto watched = ended.get_future();
  caf::actor watcher = system.spawn(watching_actor, orders, std::string("o-1"), &ended);
  expect(outcome_of(system, selling_actor, orders, std::string("o-1")), "tea sold");
  expect(watched.wait_for(guide::patience) == std::future_status::ready);
  expect(watched.get(), "waiting for an approval; approved; completed");
  expect(kind_of_failure(system, orders), "instance_not_found");
  expect(outcome_of(system, note_order, orders, std::string("o-2")), "started");
  expect(outcome_of(system, note_order, orders, std::string("o-2")), "added");
  expect(outcome_of(system, counting_actor, orders), "2");
}
