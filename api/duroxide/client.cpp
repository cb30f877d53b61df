#include "duroxide/client.hpp"

namespace duroxide {

namespace {

// The exception that a client operation throws for a failure that was carried as a value.
std::exception_ptr exception_for(const error_details& details) {
  switch (details.kind) {
  case error_kind::instance_not_found:
  case error_kind::instance_terminal:
    return std::make_exception_ptr(instance_error(details.kind, details.message));
  case error_kind::timed_out: return std::make_exception_ptr(timeout_error(details.message));
  default: break;
  }
  if (details.category == error_category::configuration)
    return std::make_exception_ptr(configuration_error(details.kind, details.message));
  if (details.category == error_category::infrastructure)
    return std::make_exception_ptr(infrastructure_error(details.kind, details.message));
  return std::make_exception_ptr(error(details));
}

// A future, and the reply that fulfils it. std::function must be copyable, hence the shared promise.
template <class T, class Answer = T> std::pair<std::future<T>, reply<Answer>> make_future_reply() {
  auto promise = std::make_shared<std::promise<T>>();
  std::future<T> future = promise->get_future();
  return {std::move(future), [promise](result<Answer, error_details> answer) {
            if (!answer)
              promise->set_exception(exception_for(answer.error()));
            else if constexpr (std::is_void_v<T>)
              promise->set_value();
            else
              promise->set_value(*std::move(answer));
          }};
}

}  // namespace

start_result client::start_orchestration(std::string name, std::string instance, json_text input) {
  return start_orchestration_async(std::move(name), std::move(instance), std::move(input)).get();
}

std::future<start_result> client::start_orchestration_async(std::string name, std::string instance,
                                                            json_text input) {
  require_valid_id("orchestration name", name);
  require_valid_id("instance id", instance);
  auto [future, done] = make_future_reply<start_result>();
  port_->start({std::move(name), std::move(instance), std::move(input).text()}, std::move(done));
  return std::move(future);
}

std::future<void> client::post(message what) {
  require_valid_id("instance id", what.instance);
  auto [future, done] = make_future_reply<void, std::monostate>();
  port_->post(std::move(what), std::move(done));
  return std::move(future);
}

void client::raise_event(std::string name, std::string instance, json_text payload) {
  raise_event_async(std::move(name), std::move(instance), std::move(payload)).get();
}

std::future<void> client::raise_event_async(std::string name, std::string instance, json_text payload) {
  require_valid_id("event name", name);
  message what;
  what.kind = message_kind::event_raised;
  what.instance = std::move(instance);
  what.name = std::move(name);
  what.data = std::move(payload).text();
  return post(std::move(what));
}

void client::enqueue_event(std::string queue, std::string instance, json_text payload) {
  enqueue_event_async(std::move(queue), std::move(instance), std::move(payload)).get();
}

std::future<void> client::enqueue_event_async(std::string queue, std::string instance, json_text payload) {
  require_valid_id("queue name", queue);
  message what;
  what.kind = message_kind::enqueued;
  what.instance = std::move(instance);
  what.name = std::move(queue);
  what.data = std::move(payload).text();
  return post(std::move(what));
}

void client::cancel_instance(std::string instance, std::string reason) {
  cancel_instance_async(std::move(instance), std::move(reason)).get();
}

std::future<void> client::cancel_instance_async(std::string instance, std::string reason) {
  message what;
  what.kind = message_kind::cancel;
  what.instance = std::move(instance);
  what.data = std::move(reason);
  return post(std::move(what));
}

instance_status client::get_status(std::string instance) {
  return get_status_async(std::move(instance)).get();
}

std::future<instance_status> client::get_status_async(std::string instance) {
  require_valid_id("instance id", instance);
  auto [future, done] = make_future_reply<instance_status>();
  port_->status(std::move(instance), std::move(done));
  return std::move(future);
}

instance_status client::wait_for_orchestration(std::string instance, duration timeout) {
  return wait_for_orchestration_async(std::move(instance), timeout).get();
}

std::future<instance_status> client::wait_for_orchestration_async(std::string instance, duration timeout) {
  require_valid_id("instance id", instance);
  auto [future, done] = make_future_reply<instance_status>();
  port_->wait({std::move(instance), std::nullopt, detail::checked_delay(timeout)}, std::move(done));
  return std::move(future);
}

instance_status client::wait_for_status_change(std::string instance, std::uint64_t last_seen,
                                               duration timeout) {
  return wait_for_status_change_async(std::move(instance), last_seen, timeout).get();
}

std::future<instance_status> client::wait_for_status_change_async(std::string instance,
                                                                  std::uint64_t last_seen, duration timeout) {
  require_valid_id("instance id", instance);
  auto [future, done] = make_future_reply<instance_status>();
  port_->wait({std::move(instance), last_seen, detail::checked_delay(timeout)}, std::move(done));
  return std::move(future);
}

void client::require_completed(std::string_view orchestration, const instance_status& ended) {
  if (ended.orchestration != orchestration)
    throw configuration_error(error_kind::invalid_argument, "the instance runs orchestration '" +
                                                                ended.orchestration + "', not '" +
                                                                std::string(orchestration) + "'");
  if (ended.status == runtime_status::completed) return;
  error_details details = ended.error.value_or(error_details{});
  throw orchestration_failed(std::move(details));
}

}  // namespace duroxide
