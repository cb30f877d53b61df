#include "actors/workers.hpp"

#include "actors/log.hpp"

namespace duroxide::internal {

namespace {

void work_until_closed(work_queue& queue, const std::string& worker, const activity_outcome& report) {
  while (std::optional<work> item = queue.pop()) {
    item->identity.worker = worker;
    activity_context context(std::move(item->identity), item->cancelled.get_token());
    auto outcome = run_handler(*item->run, context, item->input);
    if (!queue.abandoned()) report(item->key, std::move(outcome));
    queue.finished(item->key);
  }
}

}  // namespace

result<std::string, error_details> run_handler(const activity_handler& handler, activity_context& context,
                                               const std::string& input) {
  try {
    return handler(context, input);
  } catch (...) {
    error_details details =
        details_of_current_exception(error_kind::activity_failed, context.activity_name());
    // Whatever an activity throws is the application's failure: the orchestration may handle it.
    details.category = error_category::application;
    return details;
  }
}

workers::workers(std::size_t count, const std::string& node_name,
                 const std::shared_ptr<const registry>& handlers, const activity_outcome& report) {
  for (std::size_t i = 0; i < count; ++i)
    threads_.emplace_back(
        [queue = queue_, handlers, report, name = node_name + "/worker-" + std::to_string(i)] {
          work_until_closed(*queue, name, report);
        });
}

workers::~workers() { stop(duration::zero(), duration::zero()); }

void workers::stop(duration patience, duration grace) {
  if (threads_.empty()) return;
  queue_->close();
  bool idle = queue_->wait_until_idle(patience);
  if (!idle) {
    queue_->abandon_running();
    idle = queue_->wait_until_idle(grace);
  }
  if (!idle)
    log_warning(
        "duroxide: an activity did not stop when it was cancelled; its thread is abandoned and its result "
        "will be ignored");
  for (auto& thread : threads_) idle ? thread.join() : thread.detach();
  threads_.clear();
}

}  // namespace duroxide::internal
