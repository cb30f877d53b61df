// What an activity knows about the call that it serves.
#pragma once

#include "duroxide/time.hpp"

#include <cstdint>
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
  std::uint32_t attempt = 1;
  std::optional<std::string> tag;
  std::optional<std::string> session;
  std::string worker;
};

// Lives as long as the activity's handler runs; used by the handler's thread only.
class activity_context {
public:
  activity_context(activity_identity identity, std::stop_token cancelled)
      : identity_(std::move(identity)), cancelled_(std::move(cancelled)) {}
  activity_context(const activity_context&) = delete;
  activity_context& operator=(const activity_context&) = delete;

  const std::string& activity_name() const noexcept { return identity_.name; }
  const std::string& instance_id() const noexcept { return identity_.instance; }
  std::uint64_t execution_id() const noexcept { return identity_.execution; }
  // Stable over retries after a crash: the key with which to make an effect idempotent.
  std::string activity_id() const;
  // 1 for the first run; more after a crash of the process that ran it.
  std::uint32_t attempt() const noexcept { return identity_.attempt; }
  const std::string& worker_id() const noexcept { return identity_.worker; }
  const std::optional<std::string>& tag() const noexcept { return identity_.tag; }
  const std::optional<std::string>& session_id() const noexcept { return identity_.session; }

  // Cancellation is cooperative: a C++ thread cannot be killed. What a cancelled activity returns is ignored.
  bool is_cancelled() const noexcept { return cancelled_.stop_requested(); }
  std::stop_token stop_token() const noexcept { return cancelled_; }
  // Blocks for `limit` or until cancelled; true if cancelled.
  bool wait_for_cancellation(duration limit) const;

private:
  activity_identity identity_;
  std::stop_token cancelled_;
};

}  // namespace duroxide
