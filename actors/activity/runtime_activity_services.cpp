#include "actors/activity/runtime_activity_services.hpp"

#include "actors/clock.hpp"
#include "actors/log.hpp"

namespace duroxide::internal {

namespace {

// A message that nobody reads any more is destroyed: then it calls.
class call_once {
public:
  explicit call_once(std::function<void()> what) : what_(std::move(what)) {}
  call_once(const call_once&) = delete;
  call_once& operator=(const call_once&) = delete;
  ~call_once() { call(); }

  void call() {
    if (auto what = std::exchange(what_, nullptr)) what();
  }

private:
  std::function<void()> what_;
};

}  // namespace

void runtime_activity_services::heartbeat(const activity_identity& activity, std::string details) {
  activity_progress progress{{activity.instance, activity.execution, activity.event_id, activity.life},
                             std::move(details),
                             wall_clock_now()};
  journal_.send(commit_progress{std::move(progress)});
}

void runtime_activity_services::trace(const activity_identity& activity, trace_level level,
                                      const std::string& text) {
  log_trace(
      "duroxide::activity", level,
      "{} instance_id={} execution_id={} orchestration_name={} orchestration_version={} activity_name={} "
      "activity_id={} worker_id={}",
      text, field("instance", activity.instance), field("execution", activity.execution),
      field("orchestration", activity.orchestration), field("version", activity.version),
      field("activity", activity.name), field("event_id", activity.event_id),
      field("worker", activity.worker), field("attempt", activity.attempt));
}

void runtime_activity_services::call_after(duration delay, std::function<void()> then) {
  auto once = std::make_shared<call_once>(std::move(then));
  delayed_calls_.send(call_later{delay, [once] { once->call(); }});
}

}  // namespace duroxide::internal
