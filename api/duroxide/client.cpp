#include "duroxide/client.hpp"

#include "duroxide/detail/running_code.hpp"
#include "duroxide/detail/platform.hpp"
#include "duroxide/limits.hpp"
#include "duroxide/semantic_version.hpp"

#include <algorithm>
#include <chrono>

namespace duroxide {

namespace {

// The exception that a client operation throws for a failure that was carried as a value.
std::exception_ptr exception_for(const error_details& details) {
  switch (details.kind) {
  case error_kind::instance_not_found:
  case error_kind::instance_terminal:
  case error_kind::instance_running:
  case error_kind::already_exists:
    return std::make_exception_ptr(instance_error(details.kind, details.message));
  case error_kind::limit_exceeded: return std::make_exception_ptr(limit_error(details.message));
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

// In a simulation nothing would happen while its one thread waits.
template <class T> std::future<T> simulation_aware(std::future<T> future) {
  if (!detail::simulated()) return future;
  return std::async(std::launch::deferred, [future = std::move(future)]() mutable {
    detail::wait_for(future);
    if (future.wait_for(std::chrono::seconds(0)) != std::future_status::ready)
      throw infrastructure_error(error_kind::runtime_stopped, "the simulated process died while it waited");
    return future.get();
  });
}

// Of an operation that blocks its caller.
template <class T> T answer_of(std::future<T> future, duration limit, const char* operation) {
  if (future.wait_until(detail::steady_in(limit)) == std::future_status::timeout)
    throw timeout_error(std::string(operation) + " was not answered within " + std::to_string(limit.count()) +
                        " ms; it may still be done, so ask for the status before you repeat it");
  return future.get();
}

void check_labels(std::vector<label>& labels) {
  if (labels.size() > limits::labels)
    throw limit_error("an instance cannot have " + std::to_string(labels.size()) + " labels; the limit is " +
                      std::to_string(limits::labels) + " (limits::labels)");
  std::ranges::sort(labels, {}, &label::name);
  for (const label& each : labels) {
    require_valid_id("label", each.name);
    if (each.value.size() > limits::label_value_bytes)
      throw limit_error("the value of label '" + each.name + "' has " + std::to_string(each.value.size()) +
                        " bytes; the limit is " + std::to_string(limits::label_value_bytes) +
                        " (limits::label_value_bytes)");
  }
  auto twice = std::ranges::adjacent_find(labels, {}, &label::name);
  if (twice != labels.end())
    throw configuration_error(error_kind::invalid_argument, "label '" + twice->name + "' is given twice");
}

void check(start_options& options) {
  if (!options.version.empty()) options.version = semantic_version::parse(options.version).text();
  detail::checked_delay(options.delay);
  check_labels(options.labels);
}

reply<start_result> refusing_existing(std::string instance, reply<start_result> done) {
  return [instance = std::move(instance), done = std::move(done)](result<start_result, error_details> how) {
    if (!how || *how == start_result::started) return done(std::move(how));
    done(error_details{error_category::application,
                       error_kind::already_exists,
                       "instance '" + instance + "' exists already; nothing was done to it",
                       {}});
  };
}

// Reads the key, waits for a change of it, and reads again, until it is there. Between two questions the
// instance may be deleted, and its id used again.
class kv_wait : public std::enable_shared_from_this<kv_wait> {
public:
  kv_wait(std::shared_ptr<client_port> port, std::string key, wait_request what)
      : port_(std::move(port)), key_(std::move(key)), what_(std::move(what)),
        deadline_(detail::steady_in(what_.timeout)) {}

  std::future<json_text> future() { return promise_.get_future(); }

  void begin() {
    port_->kv(what_.instance, key_, [self = shared_from_this()](auto found) {
      if (!found) return self->fail(found.error());
      if (!found->empty()) return self->promise_.set_value(json_text(found->front().value));
      self->wait();
    });
  }

private:
  void wait() {
    const auto left = std::chrono::ceil<duration>(deadline_ - detail::steady_now());
    what_.timeout = std::max(left, duration(0));
    port_->wait(what_, [self = shared_from_this()](auto status) {
      if (!status) return self->fail(status.error());
      self->what_.life = status->life;
      self->read(is_terminal(status->status));
    });
  }
  void read(bool ended) {
    port_->kv(what_.instance, key_, [self = shared_from_this(), ended](auto found) {
      if (!found) return self->fail(found.error());
      if (!found->empty()) return self->verify(json_text(found->front().value));
      if (!ended) return self->wait();
      self->fail(
          {error_category::application,
           error_kind::instance_terminal,
           "instance '" + self->what_.instance + "' ended without a value for key '" + self->key_ + "'",
           {}});
    });
  }
  // The value is that of the awaited life if this is there still.
  void verify(json_text value) {
    port_->status(what_.instance, [self = shared_from_this(), value = std::move(value)](auto status) {
      if (!status) return self->fail(status.error());
      if (status->life == self->what_.life) return self->promise_.set_value(value);
      self->wait();  // which says that it was deleted
    });
  }
  void fail(const error_details& why) { promise_.set_exception(exception_for(why)); }

  std::shared_ptr<client_port> port_;
  std::string key_;
  wait_request what_;
  detail::steady_time deadline_;
  std::promise<json_text> promise_;
};

}  // namespace

client_port& client::outside_orchestrations() const {
  detail::require_outside_orchestrations("a client");
  return *port_;
}

client client::with_call_timeout(duration limit) const {
  client changed = *this;
  changed.call_timeout_ = detail::checked_limit("the call timeout of a client", limit);
  return changed;
}

start_result client::start_orchestration(std::string name, std::string instance, json_text input,
                                         start_options options) {
  return answer_of(
      start_orchestration_async(std::move(name), std::move(instance), std::move(input), std::move(options)),
      call_timeout_, "start_orchestration");
}

std::future<start_result> client::start_orchestration_async(std::string name, std::string instance,
                                                            json_text input, start_options options) {
  require_valid_id("orchestration name", name);
  require_valid_id("instance id", instance);
  check(options);
  auto [future, done] = make_future_reply<start_result>();
  if (options.if_exists == existing_instance::fail) done = refusing_existing(instance, std::move(done));
  outside_orchestrations().start(
      {std::move(name), std::move(instance), std::move(input).text(), std::move(options)}, std::move(done));
  return simulation_aware(std::move(future));
}

std::future<void> client::post(message what) {
  require_stored_id("instance id", what.instance);
  auto [future, done] = make_future_reply<void, std::monostate>();
  outside_orchestrations().post(std::move(what), std::move(done));
  return simulation_aware(std::move(future));
}

void client::raise_event(std::string name, std::string instance, json_text payload) {
  answer_of(raise_event_async(std::move(name), std::move(instance), std::move(payload)), call_timeout_,
            "raise_event");
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
  answer_of(enqueue_event_async(std::move(queue), std::move(instance), std::move(payload)), call_timeout_,
            "enqueue_event");
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
  answer_of(cancel_instance_async(std::move(instance), std::move(reason)), call_timeout_, "cancel_instance");
}

std::future<void> client::cancel_instance_async(std::string instance, std::string reason) {
  message what;
  what.kind = message_kind::cancel;
  what.instance = std::move(instance);
  what.data = std::move(reason);
  return post(std::move(what));
}

instance_status client::get_status(std::string instance) {
  return answer_of(get_status_async(std::move(instance)), call_timeout_, "get_status");
}

std::future<instance_status> client::get_status_async(std::string instance) {
  require_stored_id("instance id", instance);
  auto [future, done] = make_future_reply<instance_status>();
  outside_orchestrations().status(std::move(instance), std::move(done));
  return simulation_aware(std::move(future));
}

instance_status client::wait_for_orchestration(std::string instance, duration timeout,
                                               std::stop_token taken_back) {
  return wait_for_orchestration_async(std::move(instance), timeout, std::move(taken_back)).get();
}

std::future<instance_status> client::wait_for_orchestration_async(std::string instance, duration timeout,
                                                                  std::stop_token taken_back) {
  return wait({std::move(instance), std::nullopt, std::nullopt, timeout, 0, std::move(taken_back)});
}

instance_status client::wait_for_status_change(std::string instance, std::uint64_t last_seen,
                                               duration timeout, std::stop_token taken_back) {
  return wait_for_status_change_async(std::move(instance), last_seen, timeout, std::move(taken_back)).get();
}

std::future<instance_status> client::wait_for_status_change_async(std::string instance,
                                                                  std::uint64_t last_seen, duration timeout,
                                                                  std::stop_token taken_back) {
  return wait({std::move(instance), last_seen, std::nullopt, timeout, 0, std::move(taken_back)});
}

std::future<instance_status> client::wait(wait_request what) {
  require_stored_id("instance id", what.instance);
  what.timeout = detail::checked_limit("the timeout of the wait", what.timeout);
  auto [future, done] = make_future_reply<instance_status>();
  outside_orchestrations().wait(std::move(what), std::move(done));
  return simulation_aware(std::move(future));
}

std::optional<json_text> client::get_kv_value(std::string instance, std::string key) {
  return answer_of(get_kv_value_async(std::move(instance), std::move(key)), call_timeout_, "get_kv_value");
}

std::future<std::optional<json_text>> client::get_kv_value_async(std::string instance, std::string key) {
  require_stored_id("instance id", instance);
  require_valid_id("key", key);
  auto [future, done] = make_future_reply<std::optional<json_text>>();
  outside_orchestrations().kv(std::move(instance), std::move(key), [done = std::move(done)](auto found) {
    if (!found) return done(found.error());
    if (found->empty()) return done(std::optional<json_text>());
    done(std::optional<json_text>(json_text(std::move(found->front().value))));
  });
  return simulation_aware(std::move(future));
}

std::map<std::string, json_text> client::get_kv_all_values(std::string instance) {
  return answer_of(get_kv_all_values_async(std::move(instance)), call_timeout_, "get_kv_all_values");
}

std::future<std::map<std::string, json_text>> client::get_kv_all_values_async(std::string instance) {
  require_stored_id("instance id", instance);
  auto [future, done] = make_future_reply<std::map<std::string, json_text>>();
  outside_orchestrations().kv(std::move(instance), std::nullopt, [done = std::move(done)](auto found) {
    if (!found) return done(found.error());
    std::map<std::string, json_text> values;
    for (auto& each : *found) values.emplace(std::move(each.key), json_text(std::move(each.value)));
    done(std::move(values));
  });
  return simulation_aware(std::move(future));
}

json_text client::wait_for_kv_value(std::string instance, std::string key, duration timeout,
                                    std::stop_token taken_back) {
  return wait_for_kv_value_async(std::move(instance), std::move(key), timeout, std::move(taken_back)).get();
}

std::future<json_text> client::wait_for_kv_value_async(std::string instance, std::string key,
                                                       duration timeout, std::stop_token taken_back) {
  require_stored_id("instance id", instance);
  require_valid_id("key", key);
  timeout = detail::checked_limit("the timeout of the wait", timeout);
  wait_request what{std::move(instance), std::nullopt, key, timeout, 0, std::move(taken_back)};
  outside_orchestrations();
  auto wait = std::make_shared<kv_wait>(port_, std::move(key), std::move(what));
  auto future = wait->future();
  wait->begin();
  return simulation_aware(std::move(future));
}

std::vector<activity_state> client::get_activities(std::string instance) {
  return answer_of(get_activities_async(std::move(instance)), call_timeout_, "get_activities");
}

std::future<std::vector<activity_state>> client::get_activities_async(std::string instance) {
  require_stored_id("instance id", instance);
  auto [future, done] = make_future_reply<std::vector<activity_state>>();
  outside_orchestrations().activities(std::move(instance), std::move(done));
  return simulation_aware(std::move(future));
}

void client::require_completed(std::string_view orchestration, const instance_status& ended) {
  if (ended.orchestration != orchestration)
    throw configuration_error(error_kind::invalid_argument, "the instance runs orchestration '" +
                                                                ended.orchestration + "', not '" +
                                                                std::string(orchestration) + "'");
  if (ended.status == runtime_status::completed) return;
  error_details details = ended.error.value_or(
      error_details{error_category::application,
                    error_kind::orchestration_failed,
                    "the instance is " + std::string(to_string(ended.status)) + "; there is no output of it",
                    {}});
  throw orchestration_failed(std::move(details));
}

}  // namespace duroxide
