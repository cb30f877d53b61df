// The runtime as a guest in an actor system: client operations are messages, and an activity is an actor.
#include <duroxide/caf.hpp>
#include <duroxide/duroxide.hpp>

#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>

#include <iostream>
#include <latch>

namespace dx = duroxide;

constexpr dx::activity<int(int)> square{"square"};
constexpr dx::orchestration<int(int)> square_and_add{"SquareAndAdd"};

dx::task<int> run_square_and_add(dx::orchestration_context ctx, int n) {
  int squared = co_await ctx.schedule_activity(square, n);
  co_return squared + 1;
}

// The activity: it gets the input as a request and answers with the output.
caf::behavior squaring_actor(caf::event_based_actor*) {
  return {[](int n) { return n * n; }};
}

// The client: an actor that never blocks.
void ordering_actor(caf::event_based_actor* self, dx::client_actor orchestrations, std::latch* answered) {
  std::string instance = "seven";
  self->request(orchestrations, caf::infinite, dx::start_orchestration_atom::value,
                std::string(square_and_add.name()), instance, std::string("7"))
      .then([=](bool) {
        self->request(orchestrations, caf::infinite, dx::wait_for_orchestration_atom::value, instance,
                      caf::timespan(std::chrono::seconds(30)))
            .then([=](const dx::instance_status& ended) {
              std::cout << "7 * 7 + 1 = " << ended.output << '\n';
              answered->count_down();
            });
      });
}

int main(int argc, char** argv) {
  caf::actor_system_config config;
  caf::actor_system system{config};
  dx::runtime runtime{dx::open_store(argc > 1 ? argv[1] : "sqlite:embedding_actors.db")};
  dx::register_actor_activity(runtime, square, system.spawn(squaring_actor));
  runtime.register_orchestration(square_and_add, run_square_and_add);
  runtime.start();

  std::latch answered(1);
  system.spawn(ordering_actor, dx::make_client_actor(system, runtime.client()), &answered);
  answered.wait();
}
