// Workflows of the simulator, on real stores.
#include "tests/simulation/workflows.hpp"
#include "tests/testing/scenarios.hpp"

namespace duroxide::test {

namespace {

using namespace simulation;

scenario to_scenario(std::string name, const program& script) {
  scenario made;
  made.name = std::move(name);
  made.registers = [](runtime& runtime) {
    simulation::register_all(runtime, [](const activity_context&) {});
  };
  made.begins = [script](client& caller, const std::string& id) {
    caller.start(interpreter, id, script);
    for (std::int64_t n = 1; n <= messages_of(script); ++n) caller.instance(id).enqueue(messages, n);
  };
  outcome given;
  given.sum = answer_of(script);
  made.expected = script.fails ? std::string(told_to_fail) : codec<outcome>::encode(given);
  for (const launched& each : launches_of(script, "")) made.launched.push_back(each.instance);
  return made;
}

// Without signals, which need a client that watches, and without long timers.
bool is_suitable(const std::vector<step>& steps) {
  for (const step& each : steps)
    if (each.kind == "signal" || each.n > 1000 || !is_suitable(each.parts)) return false;
  return true;
}

program draw(internal::dice& chance) {
  for (;;) {
    program made = make_program(chance, 12);
    if (is_suitable(made.steps)) return made;
  }
}

}  // namespace

scenario everything_in_turn() {
  const step race{"first", 0, {{"work", 3}}};
  const step timeout{"late", 5};
  const step timer{"sleep", 5};
  const step retried{"flaky", 2};
  const step next{"again", 0, {{"take", 1}, {"child", 0, {{"work", 4}}}}};
  program script;
  script.steps = {race, timeout, timer, retried, next};
  return to_scenario("race, timeout, timer, retry, continue as new", script);
}

std::vector<scenario> drawn(std::size_t count) {
  internal::dice chance(7);
  std::vector<scenario> made;
  while (made.size() < count)
    made.push_back(to_scenario("drawn " + std::to_string(made.size() + 1), draw(chance)));
  return made;
}

}  // namespace duroxide::test
