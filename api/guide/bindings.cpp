// The program of the page bindings.md.
#include "guide/support.hpp"

#include <string>
#include <vector>

using namespace std::chrono_literals;
namespace dx = duroxide;
using guide::expect;

// [script]
// A workflow that is data: which activities to call, one after the other or as a race.
struct statement {
  std::vector<std::string> activities;  // several: the first that answers counts
  std::uint32_t line = 0;
};
struct script {
  std::string file;
  std::vector<statement> statements;
};
// [end]

// [interpret]
// All that a statement can be has one type, so that its branches fit into one vector.
std::vector<dx::durable<dx::json_text>> branches_of(dx::orchestration_context ctx, const statement& what,
                                                    const dx::json_text& input, dx::code_location where) {
  std::vector<dx::durable<dx::json_text>> branches;
  for (const std::string& name : what.activities)
    branches.push_back(ctx.schedule_activity(name, input, where));
  branches.push_back(dx::map(ctx.schedule_timer(10s, where), [] { return dx::json_text("\"too late\""); }));
  return branches;
}

dx::task<dx::json_text> interpret(dx::orchestration_context ctx, std::shared_ptr<const script> program,
                                  dx::json_text input) {
  for (const statement& what : program->statements) {
    const auto where = dx::code_location::make(program->file, what.line);
    auto branches = branches_of(ctx, what, input, where);
    auto first = co_await dx::race(std::move(branches));
    input = std::move(first.value);
  }
  co_return input;
}
// [end]

// [register]
void register_script(dx::runtime& runtime, std::string name, script program) {
  auto shared = std::make_shared<const script>(std::move(program));
  runtime.register_orchestration_handler(name, "1.0.0",
                                         [shared](dx::orchestration_context ctx, dx::json_text input) {
                                           return interpret(ctx, shared, std::move(input));
                                         });
}
// [end]

dx::json_text doubled(dx::activity_context&, dx::json_text input) {
  return std::to_string(2 * std::stoi(input.text()));
}

int main() {
  dx::runtime runtime(dx::sqlite_provider::open_in_memory());
  runtime.register_activity("double", doubled);
  register_script(runtime, "Four", {"four.txt", {{{"double"}, 1}, {{"double", "double"}, 2}}});
  runtime.start();
  // [start]
  dx::start_request wanted{"Four", "f-1", "5", {}};
  runtime.client().start(wanted);
  dx::instance_status ended = runtime.client().instance("f-1").wait(30s);
  // [end]
  expect(ended.output, "20");
}
