// The operations of a client, asynchronous and untyped. client builds on it; so do the actor and, later,
// other doors into the system.
#pragma once

#include "duroxide/instance_status.hpp"
#include "duroxide/message.hpp"
#include "duroxide/result.hpp"

#include <functional>
#include <optional>
#include <string>

namespace duroxide {

enum class start_result : std::uint8_t {
  started,
  already_exists,  // nothing was done: the instance exists, whatever its state
};

struct start_request {
  std::string orchestration;
  std::string instance;
  std::string input;
};

// What a waiter waits for: the end of the instance or, if `after_custom_status` is given, a custom status
// with a higher version.
struct wait_request {
  std::string instance;
  std::optional<std::uint64_t> after_custom_status;
  duration timeout{};
};

template <class T> using reply = std::function<void(result<T, error_details>)>;

// Every reply is called exactly once, from any thread, and must not block. Arguments are valid ids.
class client_port {
public:
  client_port() = default;
  client_port(const client_port&) = delete;
  client_port& operator=(const client_port&) = delete;
  virtual ~client_port() = default;

  virtual void start(start_request what, reply<start_result> done) = 0;
  // event_raised, enqueued or cancel. Fails with instance_not_found or instance_terminal; cancelling an
  // instance that has ended succeeds and does nothing.
  virtual void post(message what, reply<std::monostate> done) = 0;
  virtual void status(std::string instance, reply<instance_status> done) = 0;
  // Fails with timed_out, and with instance_not_found if the instance does not exist.
  virtual void wait(wait_request what, reply<instance_status> done) = 0;
};

}  // namespace duroxide
