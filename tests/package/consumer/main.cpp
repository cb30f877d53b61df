#include <duroxide/duroxide.hpp>

#include <iostream>

using namespace std::chrono_literals;
namespace dx = duroxide;

constexpr dx::activity<std::string(std::string)> greet{"greet"};
constexpr dx::orchestration<std::string(std::string)> greet_workflow{"GreetWorkflow"};

dx::task<std::string> run_greet(dx::orchestration_context ctx, std::string name) {
  co_return co_await ctx.schedule_activity(greet, name);
}

int main() {
  dx::runtime runtime{dx::sqlite_provider::open_in_memory()};
  runtime.register_activity(greet,
                            [](dx::activity_context&, std::string name) { return "Hello, " + name + "!"; });
  runtime.register_orchestration(greet_workflow, run_greet);
  runtime.start();

  dx::client client = runtime.client();
  client.start(greet_workflow, "greet-1", "World");
  const std::string greeting = client.instance(greet_workflow, "greet-1").result(60s);
  std::cout << greeting << '\n';
  return greeting == "Hello, World!" ? 0 : 1;
}
