// A runtime in a program made of actors: an activity is an actor, and so is the client.
#include <duroxide/caf.hpp>
#include <duroxide/duroxide.hpp>

#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>

#include <iostream>
#include <latch>

using namespace std::chrono_literals;
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

// Who asks: an actor that never blocks.
void ordering_actor(caf::event_based_actor* self, dx::client_actor orchestrations, std::latch* answered) {
  auto fail = [=](const dx::error_details& why) {
    std::cerr << dx::to_text(why) << '\n';
    answered->count_down();
  };
  auto show = [=](int output) {
    std::cout << "7 * 7 + 1 = " << output << '\n';
    answered->count_down();
  };
  dx::request(self, orchestrations, 30s, dx::op::start(square_and_add, "seven", 7))
      .then(
          [=](dx::start_result) {
            dx::request(self, orchestrations, 30s, dx::op::result(square_and_add, "seven")).then(show, fail);
          },
          fail);
}

int main(int argc, char** argv) {
  caf::actor_system_config config;
  dx::configure(config);
  caf::actor_system system{config};
  dx::runtime runtime{dx::open_store(argc > 1 ? argv[1] : "sqlite:embedding_actors.db")};
  dx::register_actor_activity(runtime, square, system.spawn(squaring_actor));
  runtime.register_orchestration(square_and_add, run_square_and_add);
  runtime.start();

  std::latch answered(1);
  system.spawn(ordering_actor, dx::make_client_actor(system, runtime.client()), &answered);
  answered.wait();
}
