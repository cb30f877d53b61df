// An activity with a retry policy, as a small orchestration of its own.
#pragma once

#include "duroxide/combinators.hpp"
#include "duroxide/retry.hpp"
#include "duroxide/task.hpp"

#include <algorithm>
#include <memory>
#include <string>

namespace duroxide::detail {

// The pause after this attempt. It says of which activity, so that readers of the history can tell it from other
// timers; a replay does not look at that.
inline operation retry_timer(const operation& attempt, duration pause) {
  operation what;
  what.kind = operation_kind::timer;
  what.attempt = attempt.attempt;
  what.retry_of = attempt.retry_of;
  what.delay = pause;
  what.where = attempt.where;
  return what;
}

// Every attempt is an activity event of its own, the pauses are timers: replay needs nothing else. `running`
// is the first attempt, if it has been started already.
template <class T>
task<T> retried(operation what, retry_policy policy, std::unique_ptr<operation_branch<T>> running) {
  this_engine running_on;
  engine& owner = co_await running_on;
  const std::string called = "activity '" + what.name + "'";
  for (;; ++what.attempt) {
    if (!running) {
      running = std::make_unique<operation_branch<T>>(what);
      running->start(owner, {});
    }
    if (what.attempt == 1) what.retry_of = running->event_id();
    branch_ptr<T> limited = std::move(running);
    if (policy.attempt_timeout())
      limited = std::make_unique<timed_branch<T>>(std::move(limited), *policy.attempt_timeout(), what.where,
                                                  called);
    durable<T> attempt(std::move(limited));
    result<T> outcome = co_await settle(std::move(attempt));
    if (outcome || what.attempt == policy.max_attempts() || !policy.repeats(outcome.error().details()))
      co_return std::move(outcome).value();

    duration pause =
        policy.pause_after(what.attempt, owner.instance_id() + "/" + std::to_string(what.retry_of));
    owner.trace({trace_level::warn,
                 called + ", attempt " + std::to_string(what.attempt) + " of " +
                     std::to_string(policy.max_attempts()) + ", failed: " + outcome.error().message() +
                     "; it is tried again in " + std::to_string(pause.count()) + " ms",
                 what.name});
    if (pause > duration(0)) {
      durable<void> timer(std::make_unique<operation_branch<void>>(retry_timer(what, pause)));
      co_await std::move(timer);
    }
  }
}

}  // namespace duroxide::detail
