// Orchestrations whose code is known only at run time, as a binding or an interpreter has it.
#include "tests/actors/fixture.hpp"

#include <map>
#include <stdexcept>

namespace duroxide::laws_of_handlers_at_run_time {
namespace {

using namespace testing_support;

constexpr activity<int(int)> step{"step"};
constexpr orchestration<int(int)> calls{"Calls"};

int run_step(activity_context&, int n) { return n + 1; }

// A program of activity names, which is data: each is called with what the one before gave.
using program = std::vector<std::string>;

task<json_text> interpret(orchestration_context ctx, std::shared_ptr<const program> code, json_text input) {
  for (std::size_t line = 0; line < code->size(); ++line) {
    const code_location where =
        code_location::make("/programs/steps.txt", static_cast<std::uint32_t>(line + 1), "steps");
    input = co_await ctx.schedule_activity((*code)[line], input, where);
  }
  co_return input;
}

// Holds the programs by version, as an interpreter would.
class interpreter {
public:
  explicit interpreter(program code) : code_(std::make_shared<const program>(std::move(code))) {}
  task<json_text> operator()(orchestration_context ctx, json_text input) const {
    return interpret(ctx, code_, std::move(input));
  }

private:
  std::shared_ptr<const program> code_;
};

task<json_text> refuse(orchestration_context, json_text input) {
  throw std::runtime_error("cannot read '" + input.text() + "'");
}

}  // namespace

LAW("a handler that holds state runs an orchestration, with others of its kind beside it") {
  test_store store;
  runtime runtime(store.open(), verified());
  runtime.register_activity(step, run_step);
  runtime.register_orchestration_handler("Calls", "1.0.0", interpreter({"step"}));
  runtime.register_orchestration_handler("Calls", "1.1.0", interpreter({"step", "step", "step"}));
  runtime.start();
  client client = runtime.client();
  start_options first;
  first.version = "1.0.0";
  CHECK(client.start(calls, "one", 1, first).result(patience) == 2);
  CHECK(client.start(calls, "three", 1).result(patience) == 4);
}

LAW("a history that does not match names the line of the code that is known at run time") {
  test_store store;
  const std::shared_ptr<provider> shared = store.open();
  {
    runtime before(shared, verified());
    before.register_activity("wait", [](activity_context&, json_text input) { return input; });
    before.register_orchestration_handler("Calls", "1.0.0", interpreter({"wait", "not_here_yet"}));
    before.start();
    before.client().start(calls, "c", 1);
    const instance_handle instance = before.client().instance("c");
    CHECK(eventually([&] {
      return instance.activities().size() == 1 && instance.activities()[0].name == "not_here_yet";
    }));
    before.shutdown();
  }
  runtime after(shared, verified());
  after.register_orchestration_handler("Calls", "1.0.0", interpreter({"wait", "step"}));
  after.register_activity("not_here_yet", [](activity_context&, json_text input) { return input; });
  after.start();
  const instance_status ended = after.client().instance("c").wait(patience);
  REQUIRE(ended.error);
  CHECK(ended.error->kind == error_kind::nondeterminism);
  CHECK(ended.error->message.find("at steps.txt:2 (steps)") != std::string::npos);
}

LAW("what a handler throws before it has made a coroutine fails the instance") {
  test_store store;
  runtime runtime(store.open(), verified());
  runtime.register_orchestration_handler("Calls", "1.0.0", refuse);
  runtime.start();
  const instance_status ended = runtime.client().start(calls, "c", 7).wait(patience);
  REQUIRE(ended.error);
  CHECK(ended.error->message == "cannot read '7'");
  CHECK(ended.error->kind == error_kind::orchestration_failed);
}

LAW("an empty handler, a version that is none, and a registration after the start are refused by name") {
  runtime runtime(sqlite_provider::open_in_memory());
  const auto refusal = [&](std::string_view version, orchestration_function handler) {
    try {
      runtime.register_orchestration_handler("Calls", version, std::move(handler));
    } catch (const configuration_error& e) {
      return std::string(e.what());
    }
    return std::string("nothing was thrown");
  };
  CHECK(refusal("1.0.0", {}) == "the handler of orchestration 'Calls' is empty");
  CHECK(refusal("one", refuse).find("'one'") != std::string::npos);
  CHECK(refusal("1.0.0", refuse) == "nothing was thrown");
  CHECK(refusal("1.0.0", refuse) ==
        "orchestration 'Calls' version 1.0.0 is already registered; each has one handler");
  runtime.start();
  CHECK(refusal("1.1.0", refuse).find("has been started") != std::string::npos);
}

}  // namespace duroxide::laws_of_handlers_at_run_time
