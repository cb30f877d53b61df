#include "duroxide/retry.hpp"

#include <cmath>

namespace duroxide {

namespace {

[[noreturn]] void throw_invalid(const char* what) {
  throw configuration_error(error_kind::invalid_argument, what);
}

// A number in [0, 1) that depends on all of `text` and on `n` (FNV-1a, then a finaliser, because the last
// bytes of the text change only the lowest bits).
double fraction_of(std::string_view text, std::uint32_t n) {
  std::uint64_t hash = 0xcbf29ce484222325ULL ^ n;
  for (char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdULL;
  hash ^= hash >> 33;
  return static_cast<double>(hash >> 11) / static_cast<double>(1ULL << 53);
}

}  // namespace

backoff::backoff(form how, duration base, double multiplier, duration limit)
    : form_(how), base_(detail::checked_delay(base)), multiplier_(multiplier),
      limit_(detail::checked_limit("the limit of a backoff", limit)) {
  if (!std::isfinite(multiplier) || multiplier <= 0)
    throw_invalid("the multiplier of a backoff must be a positive number");
}

duration backoff::after_failure(std::uint32_t n) const {
  double factor = 1;
  if (form_ == form::linear) factor = n;
  if (form_ == form::exponential) factor = std::pow(multiplier_, n - 1.0);
  double wait = static_cast<double>(base_.count()) * factor;  // base 0 times infinity is no number
  if (base_ == duration(0)) return duration(0);
  return wait < static_cast<double>(limit_.count()) ? duration(static_cast<std::int64_t>(wait)) : limit_;
}

retry_policy::retry_policy(std::uint32_t max_attempts)
    : max_attempts_(max_attempts),
      backoff_(backoff::exponential(duration(100), 2, std::chrono::seconds(30))) {
  if (max_attempts == 0) throw_invalid("max_attempts of a retry policy must be at least 1");
}

retry_policy retry_policy::with_backoff(backoff pauses) const {
  retry_policy changed = *this;
  changed.backoff_ = pauses;
  return changed;
}

retry_policy retry_policy::with_jitter(double part) const {
  if (!(part >= 0 && part <= 1)) throw_invalid("the jitter of a retry policy must be between 0 and 1");
  retry_policy changed = *this;
  changed.jitter_ = part;
  return changed;
}

retry_policy retry_policy::with_attempt_timeout(duration limit) const {
  retry_policy changed = *this;
  changed.attempt_timeout_ = detail::checked_limit("the attempt timeout of a retry policy", limit);
  return changed;
}

retry_policy retry_policy::with_total_timeout(duration limit) const {
  retry_policy changed = *this;
  changed.total_timeout_ = detail::checked_limit("the total timeout of a retry policy", limit);
  return changed;
}

retry_policy retry_policy::with_retry_on_timeout(bool retry) const {
  retry_policy changed = *this;
  changed.retry_on_timeout_ = retry;
  return changed;
}

bool retry_policy::repeats(const error_details& failure) const {
  if (failure.category != error_category::application || !failure.retryable) return false;
  return failure.kind != error_kind::timed_out || retry_on_timeout_;
}

duration retry_policy::pause_after(std::uint32_t n, std::string_view salt) const {
  duration pause = backoff_.after_failure(n);
  double taken = jitter_ * fraction_of(salt, n);
  return duration(static_cast<std::int64_t>(static_cast<double>(pause.count()) * (1 - taken)));
}

}  // namespace duroxide
