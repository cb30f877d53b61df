#include "api/python/native/driver.hpp"

#include "api/python/native/generator.hpp"
#include "api/python/native/helper.hpp"

namespace duroxide::python {

namespace {

task<json_text> run_orchestration(orchestration_context ctx, shared_object function, json_text input) {
  generator running(std::make_shared<live_orchestration>(ctx), generator_role::orchestration);
  step now = running.begin(function, input);
  while (std::holds_alternative<durable<outcome>>(now)) {
    durable<outcome> wanted = std::get<durable<outcome>>(std::move(now));
    result<outcome> got = co_await settle(std::move(wanted));
    now = running.resume(got);
  }
  if (std::holds_alternative<continue_as_new_request>(now)) {
    continue_as_new_request request = std::get<continue_as_new_request>(std::move(now));
    co_await std::move(request);
  }
  co_return json_text(std::get<returned>(std::move(now)).json);
}

task<outcome> run_branch(std::shared_ptr<live_orchestration> live, shared_object made) {
  generator running(std::move(live), generator_role::helper);
  step now = running.begin(made);
  made = shared_object();
  while (std::holds_alternative<durable<outcome>>(now)) {
    durable<outcome> wanted = std::get<durable<outcome>>(std::move(now));
    result<outcome> got = co_await settle(std::move(wanted));
    now = running.resume(got);
  }
  if (std::holds_alternative<continue_as_new_request>(now)) {
    continue_as_new_request request = std::get<continue_as_new_request>(std::move(now));
    co_await std::move(request);
  }
  co_return outcome(std::get<returned>(std::move(now)).value);
}

}  // namespace

orchestration_function run_in_python(shared_object function) {
  return [function](orchestration_context ctx, json_text input) {
    return run_orchestration(ctx, function, std::move(input));
  };
}

durable<outcome> run_helper(std::shared_ptr<live_orchestration> live, py::object made) {
  return run_branch(std::move(live), shared_object(std::move(made)));
}

}  // namespace duroxide::python
