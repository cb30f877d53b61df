#include "api/python/native/live_activity.hpp"

#include "api/python/native/client.hpp"
#include "api/python/native/live_orchestration.hpp"
#include "api/python/native/rows.hpp"
#include "api/python/native/waiting.hpp"

#include <condition_variable>
#include <mutex>

namespace duroxide::python {

namespace {

// Blocks until the token is asked to stop, for at most so long at a time.
class stop_waiter {
public:
  explicit stop_waiter(std::stop_token token)
      : token_(std::move(token)), on_stop_(token_, [this] { wake(); }) {}

  bool wait_for(std::chrono::milliseconds limit) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, limit, [this] { return token_.stop_requested(); });
  }

private:
  void wake() {
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::stop_token token_;
  std::stop_callback<std::function<void()>> on_stop_;
};

}  // namespace

py::object live_activity::in_python(const std::shared_ptr<live_activity>& activity) {
  const activity_context& context = *activity->context_;
  return invoke(the_package().activity_context, activity, context.instance_id(), context.execution_id(),
                context.orchestration_name(), context.orchestration_version(), context.activity_name(),
                context.worker_id(), text_or_none(context.session_id()), text_or_none(context.tag()));
}

bool live_activity::wait_for_cancellation(const std::optional<std::int64_t>& timeout_ms) const {
  if (context_ == nullptr) return false;
  stop_waiter cancelled(context_->stop_token());
  const auto until = timeout_ms ? std::chrono::steady_clock::now() + duration(*timeout_ms)
                                : std::chrono::steady_clock::time_point::max();
  return wait_and_listen([&](std::chrono::milliseconds limit) { return cancelled.wait_for(limit); }, until,
                         [] {});
}

void live_activity::heartbeat(const std::string& details) {
  if (context_ != nullptr) context_->heartbeat(details);
}

py::object live_activity::client() const {
  if (context_ == nullptr) return py::none();
  return py::cast(client_in_python(context_->get_client()));
}

void live_activity::trace(int level, const std::string& text) const {
  if (context_ != nullptr) context_->trace(trace_level_of(level), text);
}

void bind_live_activity(py::module_& module) {
  py::class_<live_activity, std::shared_ptr<live_activity>>(module, "ActivityState")
      .def("is_cancelled", &live_activity::is_cancelled)
      .def("wait_for_cancellation", &live_activity::wait_for_cancellation)
      .def("heartbeat", &live_activity::heartbeat)
      .def("attempt", &live_activity::attempt)
      .def("deliveries", &live_activity::deliveries)
      .def("activity_id", &live_activity::activity_id)
      .def("client", &live_activity::client)
      .def("trace", &live_activity::trace);
}

}  // namespace duroxide::python
