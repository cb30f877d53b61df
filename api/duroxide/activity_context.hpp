// What an activity knows about the call that it serves, and what it can do.
#pragma once

#include "duroxide/fwd.hpp"
#include "duroxide/life.hpp"
#include "duroxide/time.hpp"
#include "duroxide/trace_level.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace duroxide {

// Identifies one run of one activity.
struct activity_identity {
  std::string name;
  std::string instance;
  std::uint64_t execution = 1;
  std::uint64_t event_id = 0;  // of the schedule event
  life_number life = 0;        // of the instance (life.hpp)
  std::string orchestration;
  std::string version;
  std::uint32_t attempt = 1;     // of the retry policy
  std::uint64_t retry_of = 0;    // event id of the first attempt; 0: this is the first
  std::uint32_t deliveries = 1;  // 1, plus one for each process that died while it ran this
  std::optional<std::string> tag;
  std::optional<std::string> session;
  std::string worker;
};

// What the runtime does for its activities. Any thread may call any member; none blocks.
class activity_services {
public:
  activity_services() = default;
  activity_services(const activity_services&) = delete;
  activity_services& operator=(const activity_services&) = delete;
  virtual ~activity_services() = default;

  virtual std::shared_ptr<client_port> client() = 0;
  virtual void heartbeat(const activity_identity& activity, std::string details) = 0;
  virtual duration heartbeat_interval() const = 0;
  virtual void trace(const activity_identity& activity, trace_level level, const std::string& text) = 0;
  // Calls `then` after `delay`, or when the runtime stops; on a thread of the runtime.
  virtual void call_after(duration delay, std::function<void()> then) = 0;
};

// Lives until the activity is done. Used by one thread at a time.
class activity_context {
public:
  activity_context(activity_identity identity, std::stop_token cancelled,
                   std::shared_ptr<activity_services> services)
      : identity_(std::move(identity)), cancelled_(std::move(cancelled)), services_(std::move(services)) {}
  activity_context(const activity_context&) = delete;
  activity_context& operator=(const activity_context&) = delete;

  const std::string& activity_name() const noexcept { return identity_.name; }
  const std::string& instance_id() const noexcept { return identity_.instance; }
  std::uint64_t execution_id() const noexcept { return identity_.execution; }
  const std::string& orchestration_name() const noexcept { return identity_.orchestration; }
  const std::string& orchestration_version() const noexcept { return identity_.version; }
  // The same for all attempts of a retry policy and for all deliveries: use it as the key that makes an effect
  // idempotent.
  std::string activity_id() const;
  // The attempt of the retry policy: 1 for the first, 2 for the first repetition, ...
  std::uint32_t attempt() const noexcept { return identity_.attempt; }
  // How often this attempt was started: more than once if a process died while running it.
  std::uint32_t deliveries() const noexcept { return identity_.deliveries; }
  const std::string& worker_id() const noexcept { return identity_.worker; }
  const std::optional<std::string>& tag() const noexcept { return identity_.tag; }
  const std::optional<std::string>& session_id() const noexcept { return identity_.session; }

  // Cancellation is cooperative: a C++ thread cannot be killed. What a cancelled activity returns is ignored.
  bool is_cancelled() const noexcept { return cancelled_.stop_requested(); }
  std::stop_token stop_token() const noexcept { return cancelled_; }
  // Blocks for `limit` or until cancelled; true if cancelled.
  bool wait_for_cancellation(duration limit) const;

  // Reports how far the activity has come; clients read it by instance_handle::activities. Does not block. At most one
  // per runtime_options::heartbeat_interval is passed on, the others are dropped. Throws limit_error if `details`
  // has more than limits::heartbeat_bytes (64 KiB).
  void heartbeat(std::string details);

  // Starts, signals, cancels and reads instances, this one included.
  client get_client() const;

  // A line in the log with the instance, the orchestration, the activity and the worker. An activity that
  // runs again logs again.
  void trace(trace_level level, const std::string& text) const { services_->trace(identity_, level, text); }
  void trace_debug(const std::string& text) const { trace(trace_level::debug, text); }
  void trace_info(const std::string& text) const { trace(trace_level::info, text); }
  void trace_warn(const std::string& text) const { trace(trace_level::warn, text); }
  void trace_error(const std::string& text) const { trace(trace_level::error, text); }

  const std::shared_ptr<activity_services>& services() const noexcept { return services_; }

private:
  activity_identity identity_;
  std::stop_token cancelled_;
  std::shared_ptr<activity_services> services_;
  std::optional<std::chrono::steady_clock::time_point> last_heartbeat_;
};

}  // namespace duroxide
