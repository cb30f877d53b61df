// What programs do with one instance: signal, cancel, ask and await it.
#pragma once

#include "duroxide/contracts.hpp"
#include "duroxide/detail/answers.hpp"
#include "duroxide/detail/arguments.hpp"
#include "duroxide/label.hpp"
#include "duroxide/reach.hpp"

#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace duroxide {

template <class Mode> class basic_client;

// An instance, by its id: what a client's `start` and `instance` give. A cheap value that any thread may use.
// It need not exist. An id that was used again means the instance that has it now.
//
// `Mode` says how it answers. An instance_handle blocks: until the effect is durable (raise, enqueue, cancel),
// until the answer is there (status and the like), or until the timeout (waits). An async_instance_handle gives
// futures at once, which throw what the blocking form throws:
//   configuration_error    an id, name or payload is not legal (invalid_argument, invalid_payload)
//   instance_error         the instance does not exist (instance_not_found) or has ended (instance_terminal)
//   limit_error            a payload is longer than runtime_options::payload_limit (2 MiB without a runtime),
//                          or the reason of a cancellation than 64 KiB
//   timeout_error          a wait's time is up; any other blocking member was not answered within a minute
//                          (client::with_call_timeout), and what it asked for may be done or not
//   error                  a wait was taken back (kind() is cancelled)
//   infrastructure_error   the store or the runtime cannot do it now (store_unavailable, runtime_stopped)
// Inside an orchestration all members throw configuration_error (invalid_argument) at once: what a client does
// is not recorded there. Its place is an activity. So do those that block on a thread that runs actors: of a runtime,
// or of an actor system that has been used with duroxide/caf.hpp.
template <class Mode> class basic_instance_handle {
public:
  template <class T> using answer = typename Mode::template answer<T>;

  const std::string& id() const noexcept { return id_; }
  // Whether the call that gave this handle has started the instance. False if there was one already, and for
  // a handle that does not come from `start`.
  bool was_started() const noexcept { return was_started_; }

  // The same instance, with answers as futures.
  basic_instance_handle<asynchronous> async() const {
    basic_instance_handle<asynchronous> same{connection_, id_, was_started_};
    same.if_absent_ = if_absent_;
    return same;
  }

  // The same instance; waits of this handle (wait, wait_for_status_change, wait_for_kv_value, and result of a
  // typed one) also wait for an instance that does not exist yet, within the same timeout. Nothing else changes.
  basic_instance_handle until_exists() const {
    basic_instance_handle patient = *this;
    patient.if_absent_ = absent_instance::wait;
    return patient;
  }

  // -- signals ----------------------------------------------------------------

  // Raises an external event for whoever waits for it now.
  template <class T, class Argument> answer<void> raise(const event<T>& contract, Argument&& payload) const {
    return raise(std::string(contract.name()),
                 json_text(detail::encode_argument<T>(std::forward<Argument>(payload))));
  }
  answer<void> raise(std::string event, json_text payload) const;

  // Puts a message behind those in a queue of the instance.
  template <class T, class Argument>
  answer<void> enqueue(const event_queue<T>& contract, Argument&& payload) const {
    return enqueue(std::string(contract.name()),
                   json_text(detail::encode_argument<T>(std::forward<Argument>(payload))));
  }
  answer<void> enqueue(std::string queue, json_text payload) const;

  // Sets a label: a text, a number, true or false, or a time. It takes effect with the next turn of the instance, and
  // wins over what the orchestration has set before; one that waits for its delayed start has it from then on. Also
  // throws infrastructure_error (store_incompatible) while a node of the store runs a build that knows no such labels,
  // and limit_error for a value of more than 1 KiB. An instance that has 64 labels gets no more, which the log says.
  template <class T> answer<void> set_label(std::string name, const T& value) const {
    return change_label({.wanted = make_label(std::move(name), value)});
  }
  answer<void> change_label(label_change what) const;

  // Ends the instance, its children and its activities. Does nothing if it has ended already.
  answer<void> cancel(std::string reason) const;
  // Ends the instance as failed (kind terminated), with its children and its activities, without its code: it may be
  // stalled or paused, and nothing that its code would do at its end is done. Does nothing if it has ended already.
  answer<void> terminate(std::string reason) const;

  // Has the instance make no more turns, when what came before this has been worked off: what comes then waits, in its
  // order, until `resume`; timers wait, too, and activities that run go on. It can be cancelled and terminated
  // meanwhile. Pausing it once more changes the reason. With reach::tree, the children that it has then are paused as
  // well, with theirs; of those, none starts another one. Also throws infrastructure_error (store_incompatible) while a
  // node of the store runs a build that does not know of pauses.
  answer<void> pause(std::string reason, reach scope = reach::alone) const;
  // Does nothing to an instance that is not paused; with reach::tree, its children are resumed all the same.
  answer<void> resume(reach scope = reach::alone) const;

  // -- state ------------------------------------------------------------------
  // A wait is for the instance that is there when it begins: if that is deleted meanwhile, whether or not
  // another one gets its id, the wait fails at once (instance_not_found). With `until_exists` it is for that
  // instance, or, if there is none, for the next one that the wait meets; timeout_error says so if none came.
  // Its timeout may be no_limit. Who asks `taken_back` to stop ends it, as a failure of kind cancelled; the
  // instance goes on.

  // An unknown instance has status not_found; that is no error.
  answer<instance_status> status() const;
  // How the instance ended; never throws for the way it ended. An instance that is not there fails at once
  // (instance_not_found): wait for the future of an asynchronous `start` before you wait for the end, or wait
  // with `until_exists`.
  answer<instance_status> wait(duration timeout, std::stop_token taken_back = {}) const;
  // Waits until the version of the custom status is above `last_seen`, or until the instance ends.
  answer<instance_status> wait_for_status_change(std::uint64_t last_seen, duration timeout,
                                                 std::stop_token taken_back = {}) const;

  // The activities that are scheduled and not finished, with what their last heartbeat said.
  answer<std::vector<activity_state>> activities() const;

  // -- the key-value store ----------------------------------------------------
  // As it was when the last committed turn ended. What does not exist has no values; that is no error.

  template <class T> answer<std::optional<T>> kv_value(std::string key) const {
    auto [future, done] = detail::future_and_reply<std::optional<T>, std::optional<json_text>>(
        [key](const std::optional<json_text>& found) -> std::optional<T> {
          if (!found) return std::nullopt;
          return codec<T>::decode("the value of key '" + key + "'", found->text());
        });
    read_kv(std::move(key), std::move(done));
    return detail::answer_of_call<Mode>(std::move(future), connection_, "kv_value");
  }
  answer<std::optional<json_text>> kv_value(std::string key) const;
  answer<std::map<std::string, json_text>> kv_values() const;

  // Waits until the key has a value. Also throws instance_error: instance_not_found, or instance_terminal if
  // the instance ends without setting it.
  template <class T>
  answer<T> wait_for_kv_value(std::string key, duration timeout, std::stop_token taken_back = {}) const {
    auto [future, done] = detail::future_and_reply<T, json_text>([key](const json_text& found) {
      return codec<T>::decode("the value of key '" + key + "'", found.text());
    });
    await_kv(std::move(key), timeout, std::move(taken_back), std::move(done));
    return detail::answer_of_wait<Mode>(std::move(future));
  }
  answer<json_text> wait_for_kv_value(std::string key, duration timeout,
                                      std::stop_token taken_back = {}) const;

protected:
  template <class Other> friend class basic_instance_handle;
  template <class Other> friend class basic_client;
  basic_instance_handle(detail::client_connection connection, std::string id, bool was_started)
      : connection_(std::move(connection)), id_(std::move(id)), was_started_(was_started) {}

  void await(wait_request wanted, reply<instance_status> done) const;

  const detail::client_connection& connection() const noexcept { return connection_; }

private:
  answer<void> post(message content, const char* operation) const;
  void read_kv(std::string key, reply<std::optional<json_text>> done) const;
  void await_kv(std::string key, duration timeout, std::stop_token taken_back, reply<json_text> done) const;

  detail::client_connection connection_;
  std::string id_;
  bool was_started_ = false;
  absent_instance if_absent_ = absent_instance::fail;  // of its waits
};

extern template class basic_instance_handle<blocking>;
extern template class basic_instance_handle<asynchronous>;

namespace detail {
// Throws configuration_error if the instance runs another orchestration, orchestration_failed if it has no
// output.
void require_completed(std::string_view orchestration, const instance_status& ended);
}  // namespace detail

// An instance of a known orchestration.
template <class Out, class Mode> class basic_typed_handle : public basic_instance_handle<Mode> {
public:
  template <class T> using answer = typename Mode::template answer<T>;

  basic_typed_handle<Out, asynchronous> async() const {
    return {basic_instance_handle<Mode>::async(), orchestration_};
  }
  basic_typed_handle until_exists() const {
    return {basic_instance_handle<Mode>::until_exists(), orchestration_};
  }

  // The output of the instance, as soon as it has ended. Throws as `wait` does, orchestration_failed if it failed
  // (kind() says how) or was cancelled (kind() is cancelled), and configuration_error (invalid_argument) if it
  // is an instance of another orchestration.
  answer<Out> result(duration timeout, std::stop_token taken_back = {}) const {
    auto [future, done] =
        detail::future_and_reply<Out, instance_status>([name = orchestration_](const instance_status& ended) {
          detail::require_completed(name, ended);
          if constexpr (!std::is_void_v<Out>)
            return codec<Out>::decode("the output of orchestration '" + name + "'", ended.output);
        });
    this->await({this->id(), std::nullopt, std::nullopt, timeout, 0, std::move(taken_back)}, std::move(done));
    return detail::answer_of_wait<Mode>(std::move(future));
  }

private:
  template <class OtherOut, class Other> friend class basic_typed_handle;
  template <class Other> friend class basic_client;
  basic_typed_handle(basic_instance_handle<Mode> instance, std::string orchestration)
      : basic_instance_handle<Mode>(std::move(instance)), orchestration_(std::move(orchestration)) {}

  std::string orchestration_;
};

using instance_handle = basic_instance_handle<blocking>;
using async_instance_handle = basic_instance_handle<asynchronous>;
template <class Out> using typed_handle = basic_typed_handle<Out, blocking>;
template <class Out> using async_typed_handle = basic_typed_handle<Out, asynchronous>;

}  // namespace duroxide
