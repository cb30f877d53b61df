// How programs start, signal, cancel and await orchestrations.
#pragma once

#include "duroxide/client_port.hpp"
#include "duroxide/contracts.hpp"
#include "duroxide/detail/arguments.hpp"
#include "duroxide/fwd.hpp"

#include <future>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace duroxide {

// A cheap value; copies are the same client. Any thread may use it. Two kinds, same behaviour:
// runtime::client() talks to the runtime in this process; client(provider) needs no runtime here and works
// through the store.
//
// Members without _async block until the effect is durable (start, raise, enqueue, cancel), until the answer
// is there (status), or until the timeout (wait). _async twins return at once; their futures throw what the
// blocking form would throw. All throw
//   configuration_error    an id, name or payload is not legal (invalid_argument, invalid_payload)
//   instance_error         the instance does not exist (instance_not_found) or has ended (instance_terminal)
//   limit_error            a payload is longer than runtime_options::payload_limit (2 MiB without a runtime),
//                          the reason of a cancellation than 64 KiB, the value of a label than 1 KiB; there
//                          are more than 64 labels
//   timeout_error          a wait's time is up; any other blocking member was not answered within a minute
//                          (`with_call_timeout`), and what it asked for may be done or not
//   error                  a wait was taken back (kind() is cancelled)
//   infrastructure_error   the store or the runtime cannot do it now (store_unavailable, runtime_stopped)
// Inside an orchestration all members throw configuration_error (invalid_argument) at once: what a client
// does is not recorded there. Its place is an activity.
class client {
public:
  explicit client(std::shared_ptr<provider> store);
  explicit client(std::shared_ptr<client_port> port) : port_(std::move(port)) {}

  // The same client, whose blocking members, but for waits, give up after so long; no_limit: never.
  client with_call_timeout(duration limit) const;

  // -- start ------------------------------------------------------------------
  // If the instance exists, nothing happens to it, and the result says so; options can ask for something
  // else. Also throws configuration_error (not_registered) if the runtime in this process would run the
  // instance and does not know the orchestration, or the version asked for.

  template <class Out, class In, class Argument>
  start_result start_orchestration(const orchestration<Out(In)>& what, std::string instance, Argument&& input,
                                   start_options options = {}) {
    return start_orchestration(std::string(what.name()), std::move(instance),
                               json_text(detail::encode_argument<In>(std::forward<Argument>(input))),
                               std::move(options));
  }
  template <class Out>
  start_result start_orchestration(const orchestration<Out()>& what, std::string instance,
                                   start_options options = {}) {
    return start_orchestration(std::string(what.name()), std::move(instance), json_text("null"),
                               std::move(options));
  }
  start_result start_orchestration(std::string name, std::string instance, json_text input,
                                   start_options options = {});

  template <class Out, class In, class Argument>
  std::future<start_result> start_orchestration_async(const orchestration<Out(In)>& what,
                                                      std::string instance, Argument&& input,
                                                      start_options options = {}) {
    return start_orchestration_async(std::string(what.name()), std::move(instance),
                                     json_text(detail::encode_argument<In>(std::forward<Argument>(input))),
                                     std::move(options));
  }
  template <class Out>
  std::future<start_result> start_orchestration_async(const orchestration<Out()>& what, std::string instance,
                                                      start_options options = {}) {
    return start_orchestration_async(std::string(what.name()), std::move(instance), json_text("null"),
                                     std::move(options));
  }
  std::future<start_result> start_orchestration_async(std::string name, std::string instance, json_text input,
                                                      start_options options = {});

  // -- signals ----------------------------------------------------------------

  template <class T, class Argument>
  void raise_event(const event<T>& what, std::string instance, Argument&& payload) {
    raise_event(std::string(what.name()), std::move(instance),
                json_text(detail::encode_argument<T>(std::forward<Argument>(payload))));
  }
  void raise_event(std::string name, std::string instance, json_text payload);
  std::future<void> raise_event_async(std::string name, std::string instance, json_text payload);

  template <class T, class Argument>
  void enqueue_event(const event_queue<T>& queue, std::string instance, Argument&& payload) {
    enqueue_event(std::string(queue.name()), std::move(instance),
                  json_text(detail::encode_argument<T>(std::forward<Argument>(payload))));
  }
  void enqueue_event(std::string queue, std::string instance, json_text payload);
  std::future<void> enqueue_event_async(std::string queue, std::string instance, json_text payload);

  // Ends the instance, its children and its activities. Does nothing if it has ended already.
  void cancel_instance(std::string instance, std::string reason);
  std::future<void> cancel_instance_async(std::string instance, std::string reason);

  // -- state ------------------------------------------------------------------
  // A wait is for the instance that is there when it begins: if that is deleted meanwhile, whether or not
  // another one gets its id, the wait fails at once (instance_not_found). Its timeout may be no_limit. Who
  // asks `taken_back` to stop ends it, as a failure of kind cancelled; the instance goes on.

  // An unknown instance has status not_found; that is no error.
  instance_status get_status(std::string instance);
  std::future<instance_status> get_status_async(std::string instance);

  // The output of the instance, which must be of this orchestration. Also throws orchestration_failed if it
  // failed (kind() says how) or was cancelled (kind() is cancelled).
  template <class Out, class In>
  Out wait_for_orchestration(const orchestration<Out(In)>& what, std::string instance, duration timeout,
                             std::stop_token taken_back = {}) {
    return decode_output<Out>(what.name(),
                              wait_for_orchestration(std::move(instance), timeout, std::move(taken_back)));
  }
  template <class Out>
  Out wait_for_orchestration(const orchestration<Out()>& what, std::string instance, duration timeout,
                             std::stop_token taken_back = {}) {
    return decode_output<Out>(what.name(),
                              wait_for_orchestration(std::move(instance), timeout, std::move(taken_back)));
  }
  // How the instance ended; never throws for the way it ended. An instance that is not there fails at once
  // (instance_not_found), so wait for what start_orchestration_async gives before you wait for the end.
  instance_status wait_for_orchestration(std::string instance, duration timeout,
                                         std::stop_token taken_back = {});
  std::future<instance_status> wait_for_orchestration_async(std::string instance, duration timeout,
                                                            std::stop_token taken_back = {});

  // Waits until the version of the custom status is above `last_seen`, or until the instance ends.
  instance_status wait_for_status_change(std::string instance, std::uint64_t last_seen, duration timeout,
                                         std::stop_token taken_back = {});
  std::future<instance_status> wait_for_status_change_async(std::string instance, std::uint64_t last_seen,
                                                            duration timeout,
                                                            std::stop_token taken_back = {});

  // -- the key-value store of an instance -------------------------------------
  // As it was when its last committed turn ended. What does not exist has no values; that is no error.

  template <class T> std::optional<T> get_kv_value(std::string instance, std::string key) {
    std::optional<json_text> found = get_kv_value(std::move(instance), key);
    if (!found) return std::nullopt;
    return codec<T>::decode("the value of key '" + key + "'", found->text());
  }
  std::optional<json_text> get_kv_value(std::string instance, std::string key);
  std::future<std::optional<json_text>> get_kv_value_async(std::string instance, std::string key);
  std::map<std::string, json_text> get_kv_all_values(std::string instance);
  std::future<std::map<std::string, json_text>> get_kv_all_values_async(std::string instance);

  // Waits until the key has a value. Also throws instance_error: instance_not_found, or instance_terminal if
  // the instance ends without setting it.
  template <class T>
  T wait_for_kv_value(std::string instance, std::string key, duration timeout,
                      std::stop_token taken_back = {}) {
    json_text found = wait_for_kv_value(std::move(instance), key, timeout, std::move(taken_back));
    return codec<T>::decode("the value of key '" + key + "'", found.text());
  }
  json_text wait_for_kv_value(std::string instance, std::string key, duration timeout,
                              std::stop_token taken_back = {});
  std::future<json_text> wait_for_kv_value_async(std::string instance, std::string key, duration timeout,
                                                 std::stop_token taken_back = {});

  // -- activities -------------------------------------------------------------
  // Those of the instance that are scheduled and not finished, with what their last heartbeat said.

  std::vector<activity_state> get_activities(std::string instance);
  std::future<std::vector<activity_state>> get_activities_async(std::string instance);

  // -- administration ---------------------------------------------------------
  // Of the store that this client works on (admin.hpp). Throws infrastructure_error (runtime_stopped).

  duroxide::admin admin() const;

  // The same operations without types and futures.
  const std::shared_ptr<client_port>& port() const noexcept { return port_; }

private:
  template <class Out>
  static Out decode_output(std::string_view orchestration, const instance_status& ended) {
    require_completed(orchestration, ended);
    if constexpr (!std::is_void_v<Out>)
      return codec<Out>::decode("the output of orchestration '" + std::string(orchestration) + "'",
                                ended.output);
  }
  static void require_completed(std::string_view orchestration, const instance_status& ended);
  std::future<void> post(message what);
  std::future<instance_status> wait(wait_request what);

  // Where an operation begins.
  client_port& outside_orchestrations() const;

  std::shared_ptr<client_port> port_;
  duration call_timeout_ = std::chrono::minutes(1);
};

}  // namespace duroxide
