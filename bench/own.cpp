// A duroxide_bench with a workload and a store of your own: the shortest way to measure them.
#include "duroxide/duroxide.hpp"
#include "bench/run_main.hpp"

namespace {

namespace dx = duroxide;

constexpr dx::orchestration<std::string(std::string)> greeting{"Greeting"};

dx::task<std::string> run_greeting(dx::orchestration_context, std::string name) { co_return "Hello " + name; }

dx::bench::workload greetings() {
  dx::bench::workload w;
  w.name = "greetings_of_ones_own";
  w.one_instance_does = "nothing but greet";
  w.orchestration = greeting.name();
  w.instances = 100;
  w.register_handlers = [](dx::runtime& runtime) { runtime.register_orchestration(greeting, run_greeting); };
  w.input = [](std::size_t i) { return "\"guest " + std::to_string(i) + "\""; };
  w.expected_output = [](std::size_t i) { return "\"Hello guest " + std::to_string(i) + "\""; };
  return w;
}

// Any class that implements duroxide/provider.hpp. This one stands for it.
std::shared_ptr<dx::provider> open_own(const dx::bench::store_request& what) {
  if (what.url != "own:") return nullptr;
  return dx::sqlite_provider::open_in_memory();
}

}  // namespace

int main(int argc, char** argv) { return dx::bench::run_main(argc, argv, {{greetings()}, open_own}); }
