// How the answers of client operations reach their callers.
#pragma once

#include "duroxide/client_port.hpp"
#include "duroxide/detail/actor_threads.hpp"
#include "duroxide/detail/platform.hpp"
#include "duroxide/detail/running_code.hpp"
#include "duroxide/errors.hpp"

#include <chrono>
#include <exception>
#include <future>
#include <memory>
#include <type_traits>
#include <utility>

namespace duroxide {

// The two modes of a client. What one gives as a value, the other gives as a future of that value, at once.
struct blocking {
  template <class T> using answer = T;
};
struct asynchronous {
  template <class T> using answer = std::future<T>;
};

namespace detail {

// What the operations of a client have in common.
struct client_connection {
  std::shared_ptr<client_port> port;
  duration call_timeout = std::chrono::minutes(1);  // of blocking operations, except waits

  // Where an operation begins. Throws configuration_error (invalid_argument) inside an orchestration and, if the
  // operation blocks, on a thread that runs actors.
  template <class Mode> client_port& port_for() const {
    require_outside_orchestrations("a client");
    if constexpr (std::is_same_v<Mode, blocking>) require_may_block("a client");
    return *port;
  }
};

// The exception that a client operation throws for a failure that was carried as a value.
std::exception_ptr exception_for(const error_details& details);
[[noreturn]] void throw_unanswered(const char* operation, duration limit);

// In a simulation nothing would happen while its one thread waits.
template <class T> std::future<T> simulation_aware(std::future<T> future) {
  if (!simulated()) return future;
  return std::async(std::launch::deferred, [future = std::move(future)]() mutable {
    wait_for(future);
    if (future.wait_for(std::chrono::seconds(0)) != std::future_status::ready)
      throw infrastructure_error(error_kind::runtime_stopped, "the simulated process died while it waited");
    return future.get();
  });
}

// A future, and the reply that fulfils it with what `convert` makes of the answer. `convert` may throw, and
// runs on the thread that answers. std::function must be copyable, hence the shared promise.
template <class T, class Answer, class Convert>
std::pair<std::future<T>, reply<Answer>> future_and_reply(Convert convert) {
  auto promise = std::make_shared<std::promise<T>>();
  std::future<T> future = simulation_aware(promise->get_future());
  return {std::move(future), [promise, convert = std::move(convert)](result<Answer, error_details> answer) {
            if (!answer) return promise->set_exception(exception_for(answer.error()));
            try {
              if constexpr (std::is_void_v<T>) {
                convert(*std::move(answer));
                promise->set_value();
              } else {
                promise->set_value(convert(*std::move(answer)));
              }
            } catch (...) {
              promise->set_exception(std::current_exception());
            }
          }};
}
template <class T> std::pair<std::future<T>, reply<T>> future_and_reply() {
  return future_and_reply<T, T>([](T answer) { return answer; });
}

// Gives the answer in the way of the mode. A wait has a timeout of its own.
template <class Mode, class T> typename Mode::template answer<T> answer_of_wait(std::future<T> future) {
  if constexpr (std::is_same_v<Mode, blocking>)
    return future.get();
  else
    return future;
}
template <class Mode, class T>
typename Mode::template answer<T> answer_of_call(std::future<T> future, const client_connection& through,
                                                 const char* operation) {
  if constexpr (std::is_same_v<Mode, blocking>)
    if (future.wait_until(steady_in(through.call_timeout)) == std::future_status::timeout)
      throw_unanswered(operation, through.call_timeout);
  return answer_of_wait<Mode>(std::move(future));
}

}  // namespace detail

}  // namespace duroxide
