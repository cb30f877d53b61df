// Retry policies: when a failed activity is tried again, and after what pause.
#pragma once

#include "duroxide/errors.hpp"
#include "duroxide/time.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace duroxide {

// The pause before the next attempt. The forms and their defaults are those of Duroxide (see limits.hpp).
class backoff {
public:
  static backoff none() { return backoff(form::fixed, duration(0), 1, duration(0)); }
  // Always `delay`.
  static backoff fixed(duration delay) { return backoff(form::fixed, delay, 1, delay); }
  // min(base * n, limit) after the n-th failure.
  static backoff linear(duration base, duration limit) { return backoff(form::linear, base, 1, limit); }
  // min(base * multiplier^(n-1), limit) after the n-th failure.
  static backoff exponential(duration base, double multiplier, duration limit) {
    return backoff(form::exponential, base, multiplier, limit);
  }

  // n counts from 1. Never overflows.
  duration after_failure(std::uint32_t n) const;

private:
  enum class form : std::uint8_t { fixed, linear, exponential };
  // Throws configuration_error (invalid_argument) for a negative delay, one of more than a hundred years, or
  // a multiplier that is not a positive number.
  backoff(form how, duration base, double multiplier, duration limit);

  form form_;
  duration base_;
  double multiplier_;
  duration limit_;
};

// A value; each with_* member returns a changed copy. Every attempt is an activity of its own in history. An
// attempt is repeated if it failed as an application error that is not marked as final (final_error), or
// timed out; the awaiting code gets the failure of the last attempt.
class retry_policy {
public:
  // Throws configuration_error (invalid_argument) if `max_attempts` is 0. Backoff: exponential from 100 ms,
  // doubling, at most 30 s. Source: Duroxide (see limits.hpp).
  explicit retry_policy(std::uint32_t max_attempts = 3);

  retry_policy with_backoff(backoff pauses) const;
  // Shortens each pause by up to this part of it. The instance and the attempt determine by how much, so that
  // many activities that failed together are not repeated together. 0 to 1; configuration_error otherwise.
  retry_policy with_jitter(double part) const;
  // The timeout of one attempt, which is then cancelled.
  retry_policy with_attempt_timeout(duration limit) const;
  // The timeout of all attempts and pauses together.
  retry_policy with_total_timeout(duration limit) const;
  // False: an attempt that times out is the last one.
  retry_policy with_retry_on_timeout(bool retry) const;

  std::uint32_t max_attempts() const noexcept { return max_attempts_; }
  const std::optional<duration>& attempt_timeout() const noexcept { return attempt_timeout_; }
  const std::optional<duration>& total_timeout() const noexcept { return total_timeout_; }
  bool retry_on_timeout() const noexcept { return retry_on_timeout_; }
  double jitter() const noexcept { return jitter_; }

  // Whether the policy repeats an attempt that failed like this, attempts permitting.
  bool repeats(const error_details& failure) const;
  // The pause after attempt `n` of the activity that is called `salt`: the same for the same arguments.
  duration pause_after(std::uint32_t n, std::string_view salt) const;

private:
  std::uint32_t max_attempts_;
  backoff backoff_;
  double jitter_ = 0;
  std::optional<duration> attempt_timeout_;
  std::optional<duration> total_timeout_;
  bool retry_on_timeout_ = true;
};

}  // namespace duroxide
