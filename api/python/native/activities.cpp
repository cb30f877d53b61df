#include "api/python/native/activities.hpp"

#include "api/python/native/failures.hpp"
#include "api/python/native/live_activity.hpp"
#include "api/python/native/running_handler.hpp"

#include <functional>
#include <stop_token>

namespace duroxide::python {

namespace {

error_details failure_of_activity(const py::object& exception, const std::string& name) {
  error_details details = details_of(exception, error_kind::activity_failed, name);
  details.message = "Activity '" + name + "' call failed: " + details.message;
  return details;
}

// How an activity on an event loop ends: once, on the loop's thread.
class completion {
public:
  completion(std::shared_ptr<live_activity> activity, std::string name, activity_completion done)
      : activity_(std::move(activity)), name_(std::move(name)), done_(std::move(done)) {}

  void cancel_with(const std::stop_token& token, std::function<void()> cancel) {
    if (done_) cancellation_.emplace(token, std::move(cancel));
  }
  void succeed(std::string output) { end(std::move(output)); }
  void fail(const py::object& exception) { end(failure_of_activity(exception, name_)); }

private:
  void end(result<std::string, error_details> outcome) {
    const auto done = std::exchange(done_, nullptr);
    if (!done) return;
    activity_->end();
    const without_gil released;
    cancellation_.reset();  // it may wait for a cancellation that is under way
    done(std::move(outcome));
  }

  std::shared_ptr<live_activity> activity_;
  std::string name_;
  activity_completion done_;
  std::optional<std::stop_callback<std::function<void()>>> cancellation_;
};

struct begun_activity {
  python_function begin;
  std::shared_ptr<loop_queue> queue;
  std::shared_ptr<activity_context> context;
  std::string input;
  activity_completion done;
};

// REQUIRES: the GIL; the loop's thread.
void begin_on_loop(const begun_activity& what) {
  const auto activity = std::make_shared<live_activity>(what.context);
  const auto ending = std::make_shared<completion>(activity, what.context->activity_name(), what.done);
  const std::stop_token cancelled = what.context->stop_token();
  try {
    const py::object context = live_activity::in_python(activity);
    const py::object input = loads(what.input);
    const shared_object task(invoke(what.begin.get(), context, input, ending));
    ending->cancel_with(
        cancelled, [queue = what.queue, task] { queue->add([task] { invoke(task.get().attr("cancel")); }); });
  } catch (...) {
    ending->fail(thrown_exception());
  }
}

}  // namespace

activity_handler run_activity_in_python(python_function function) {
  return [function](activity_context& context, const std::string& input) -> std::string {
    const auto activity = std::make_shared<live_activity>(context);
    const gil held;
    const running_handler here;
    try {
      const py::object value = loads(input);
      const py::object output = invoke(function.get(), live_activity::in_python(activity), value);
      activity->end();
      return dumps(output);
    } catch (...) {
      activity->end();
      throw error(failure_of_activity(thrown_exception(), context.activity_name()));
    }
  };
}

async_activity_handler begin_activity_in_python(python_function begin, std::shared_ptr<loop_queue> queue) {
  return [begin, queue](std::shared_ptr<activity_context> context, std::string input,
                        activity_completion done) {
    queue->add([what = begun_activity{begin, queue, std::move(context), std::move(input), std::move(done)}] {
      begin_on_loop(what);
    });
  };
}

void bind_activities(py::module_& module) {
  py::class_<completion, std::shared_ptr<completion>>(module, "Completion")
      .def("succeed", &completion::succeed)
      .def("fail", &completion::fail);
}

}  // namespace duroxide::python
