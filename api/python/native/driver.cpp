#include "api/python/native/driver.hpp"

#include "api/python/native/generator.hpp"
#include "api/python/native/helper.hpp"

namespace duroxide::python {

namespace {

json_text given_back(returned done, json_text*) { return json_text(std::move(done.json)); }
outcome given_back(returned done, outcome*) { return outcome(std::move(done.value)); }

// `what` is the function of an orchestration, with its input, or what a helper function has made.
template <class Result>
task<Result> run(std::shared_ptr<live_orchestration> live, shared_object what,
                 std::optional<json_text> input) {
  generator running(std::move(live), input ? generator_role::orchestration : generator_role::helper);
  step now = input ? running.begin(what, *input) : running.begin(what);
  what = shared_object();
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

orchestration_function run_in_python(shared_object function) {
  return [function](orchestration_context ctx, json_text input) {
    auto live = std::make_shared<live_orchestration>(ctx);
    return run<json_text>(std::move(live), function, std::move(input));
  };
}

durable<outcome> run_helper(std::shared_ptr<live_orchestration> live, py::object made) {
  return run<outcome>(std::move(live), shared_object(std::move(made)), std::nullopt);
}

}  // namespace duroxide::python
