// One orchestration, one activity: the smallest durable program.
#include <duroxide/duroxide.hpp>

#include <iostream>

using namespace std::chrono_literals;
namespace dx = duroxide;

// Typed contracts: a name with a signature, shared by callers and workers.
constexpr dx::activity<std::string(std::string)> greet{"greet"};
constexpr dx::orchestration<std::string(std::string)> greet_workflow{"GreetWorkflow"};

dx::task<std::string> run_greet(dx::orchestration_context ctx, std::string name) {
  co_return co_await ctx.schedule_activity(greet, name);
}

int main(int argc, char** argv) {
  dx::runtime runtime{dx::open_store(argc > 1 ? argv[1] : "sqlite:hello.db")};
  runtime.register_activity(greet,
                            [](dx::activity_context&, std::string name) { return "Hello, " + name + "!"; });
  runtime.register_orchestration(greet_workflow, run_greet);
  runtime.start();

  dx::client client = runtime.client();
  auto greeting = client.start(greet_workflow, "greet-1", "World");
  std::cout << greeting.result(10s) << '\n';
}
