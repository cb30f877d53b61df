#include "runtime/endings.hpp"

#include <utility>

namespace duroxide::internal {

namespace {

event_kind kind_of_end(runtime_status status) {
  switch (status) {
  case runtime_status::completed: return event_kind::orchestration_completed;
  case runtime_status::cancelled: return event_kind::orchestration_cancelled;
  case runtime_status::continued_as_new: return event_kind::orchestration_continued_as_new;
  case runtime_status::not_found:
  case runtime_status::pending:
  case runtime_status::running:
  case runtime_status::failed: break;
  }
  return event_kind::orchestration_failed;
}

}  // namespace

ending ended_as_failed(error_details why) {
  ending how;
  how.status = runtime_status::failed;
  how.error = std::move(why);
  return how;
}

ending ended_as_cancelled(const std::string& reason, const std::string& orchestration) {
  ending how;
  how.status = runtime_status::cancelled;
  how.error = error_details{error_category::application, error_kind::cancelled, reason, orchestration};
  return how;
}

history_event terminal_event(const ending& how) {
  history_event event;
  event.kind = kind_of_end(how.status);
  event.data = how.output;
  event.version = how.version;
  if (how.status == runtime_status::cancelled)
    event.text = how.error->message;
  else
    event.error = how.error;
  return event;
}

}  // namespace duroxide::internal
