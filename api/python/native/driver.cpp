#include "api/python/native/driver.hpp"

#include "api/python/native/generator.hpp"
#include "api/python/native/helper.hpp"
#include "api/python/native/nesting.hpp"

namespace duroxide::python {

namespace {

json_text given_back(returned done, json_text*) { return json_text(std::move(done.json)); }
outcome given_back(returned done, outcome*) { return outcome(std::move(done.value)); }

// `what` is the function of an orchestration, with its input, or what a helper function has made.
template <class Result>
task<Result> run(std::shared_ptr<live_orchestration> live, python_function what,
                 std::optional<json_text> input, int depth) {
  generator running(std::move(live), depth);
  step now = input ? running.begin(what, *input) : running.begin(what);
  while (std::holds_alternative<durable<outcome>>(now)) {
    durable<outcome> wanted = std::get<durable<outcome>>(std::move(now));
    result<outcome> got = co_await settle(std::move(wanted));
    now = running.resume(got);
  }
  if (std::holds_alternative<continue_as_new_request>(now)) {
    continue_as_new_request request = std::get<continue_as_new_request>(std::move(now));
    co_await std::move(request);
  }
  Result* const wanted = nullptr;
  co_return given_back(std::get<returned>(std::move(now)), wanted);
}

}  // namespace

void require_new_generator(py::handle made) {
  const bool is_generator = PyGen_CheckExact(made.ptr());
  const py::object inspect = py::module_::import("inspect");
  const py::object state = inspect.attr(is_generator ? "getgeneratorstate" : "getcoroutinestate")(made);
  const std::string word = text_of(state);
  if (word == "GEN_CREATED" || word == "CORO_CREATED") return;
  throw py::value_error(std::string("this ") + (is_generator ? "generator" : "coroutine") +
                        " has been begun; each is awaited once, by one task");
}

orchestration_function run_in_python(python_function function) {
  return [function](orchestration_context ctx, json_text input) {
    auto live = std::make_shared<live_orchestration>(ctx);
    return run<json_text>(std::move(live), function, std::move(input), 0);
  };
}

durable<outcome> run_helper(std::shared_ptr<live_orchestration> live, py::object made, int depth) {
  if (depth > nesting::deepest) nesting::raise("helper functions run one inside another too deeply");
  require_new_generator(made);
  return run<outcome>(std::move(live), python_function(std::move(made)), std::nullopt, depth);
}

}  // namespace duroxide::python
