// Calls: what the context's schedule_* functions return. Inert until awaited; options chain.
#pragma once

#include "duroxide/detail/retried.hpp"
#include "duroxide/detail/started.hpp"
#include "duroxide/detail/usable.hpp"
#include "duroxide/durable.hpp"
#include "duroxide/names.hpp"
#include "duroxide/retry.hpp"
#include "duroxide/semantic_version.hpp"

#include <optional>
#include <string>
#include <variant>

namespace duroxide {

// Something that was started and is awaited later, or never. Destroying it unawaited cancels it.
template <class T> class [[nodiscard]] pending {
public:
  using value_type = T;
  explicit pending(std::unique_ptr<detail::operation_branch<T>> started) : started_(std::move(started)) {}
  explicit pending(std::unique_ptr<detail::started_branch<T>> started) : started_(std::move(started)) {}

  // Lets it run on its own: its outcome is recorded and otherwise ignored. What it has not scheduled when the
  // orchestration ends is never scheduled.
  // Throws configuration_error (invalid_argument) if it was awaited or detached before.
  void detach() && {
    if (auto* operation = std::get_if<0>(&started_)) {
      if (!*operation) detail::throw_used_up("a pending operation");
      (*operation)->detach();
      operation->reset();
    } else {
      detail::started_branch<T>* running = std::get<1>(started_).get();
      if (!running) detail::throw_used_up("a pending operation");
      running->detach(std::move(std::get<1>(started_)));
    }
  }

  // Throws configuration_error (invalid_argument) if it was awaited or detached before.
  detail::branch_ptr<T> release() && {
    detail::branch_ptr<T> branch =
        std::visit([](auto& started) { return detail::branch_ptr<T>(std::move(started)); }, started_);
    if (!branch) detail::throw_used_up("a pending operation");
    return branch;
  }

private:
  std::variant<std::unique_ptr<detail::operation_branch<T>>, std::unique_ptr<detail::started_branch<T>>>
      started_;
};

namespace detail {

// What all calls of one operation have in common. A call is awaited, started or combined once, and a copy of
// it is another call. release and start throw configuration_error (invalid_argument) if it has been given
// away before, or moved to another place, or onto itself.
template <class T> class call {
public:
  using value_type = T;
  explicit call(operation what) : what_(std::move(what)) {}

  branch_ptr<T> release() && { return std::make_unique<operation_branch<T>>(give_away()); }

  // Schedules now, to be awaited later.
  pending<T> start(engine& owner) && {
    auto branch = std::make_unique<operation_branch<T>>(give_away());
    branch->start(owner, {});
    return pending<T>(std::move(branch));
  }

protected:
  operation& what() { return what_; }
  operation&& give_away() {
    if (!usable_.use()) throw_used_up_call();
    return std::move(what_);
  }

private:
  operation what_;
  usable usable_;
};

template <class T> pending<T> start_branch(branch_ptr<T> branch, engine& owner) {
  return pending<T>(std::make_unique<started_branch<T>>(std::move(branch), owner));
}

}  // namespace detail

// Options are set on a call where it is made, or on one that has a name:
//   co_await ctx.schedule_activity(charge, order).with_tag("eu");
//   auto call = ctx.schedule_activity(charge, order);
//   call.with_tag("eu");
//   co_await std::move(call);
template <class T> class [[nodiscard]] activity_call : public detail::call<T> {
public:
  using detail::call<T>::call;

  // Only workers whose tag filter accepts `tag` run it; without such a worker it waits.
  // Throws configuration_error (invalid_argument) unless it is 1 to 256 bytes of UTF-8.
  activity_call& with_tag(std::string tag) & {
    require_valid_id("tag", tag);
    this->what().tag = std::move(tag);
    return *this;
  }
  activity_call&& with_tag(std::string tag) && { return std::move(with_tag(std::move(tag))); }
  // All activities of one session run in the same worker process, as long as it lives and the session is not
  // idle. Sessions are known by their id over all instances. Throws as with_tag.
  activity_call& on_session(std::string session) & {
    require_valid_id("session id", session);
    this->what().session = std::move(session);
    return *this;
  }
  activity_call&& on_session(std::string session) && { return std::move(on_session(std::move(session))); }
  // Tries again when the activity fails; with the tag and the session of this call.
  activity_call& with_retry(retry_policy policy) & {
    retry_ = policy;
    return *this;
  }
  activity_call&& with_retry(retry_policy policy) && { return std::move(with_retry(policy)); }
  // Of the call as a whole, with all its attempts: then it is cancelled, and awaiting it throws
  // timeout_error. The time begins when the call is scheduled.
  activity_call& with_timeout(duration limit) & {
    limit_ = detail::checked_limit("the timeout of the activity", limit);
    return *this;
  }
  activity_call&& with_timeout(duration limit) && { return std::move(with_timeout(limit)); }

  detail::branch_ptr<T> release() && { return limited(this->give_away(), nullptr); }

  pending<T> start(detail::engine& owner) && {
    if (!retry_ && !limit_) return std::move(*this).detail::template call<T>::start(owner);
    detail::operation what = this->give_away();
    auto first = std::make_unique<detail::operation_branch<T>>(what);
    first->start(owner, {});
    return detail::start_branch<T>(limited(std::move(what), std::move(first)), owner);
  }

private:
  // The call with its policy and its timeout. `first`: started already, or null.
  detail::branch_ptr<T> limited(detail::operation&& what,
                                std::unique_ptr<detail::operation_branch<T>> first) {
    std::optional<duration> limit = limit_;
    if (retry_ && retry_->total_timeout())
      limit = limit ? std::min(*limit, *retry_->total_timeout()) : *retry_->total_timeout();
    if (!limit) return repeated(std::move(what), std::move(first));
    const code_location where = what.where;
    std::string called = "activity '" + what.name + "'";
    return std::make_unique<detail::timed_branch<T>>(repeated(std::move(what), std::move(first)), *limit,
                                                     where, std::move(called));
  }

  detail::branch_ptr<T> repeated(detail::operation&& what,
                                 std::unique_ptr<detail::operation_branch<T>> first) {
    if (retry_) return detail::retried<T>(std::move(what), *retry_, std::move(first)).release();
    if (first) return first;
    return std::make_unique<detail::operation_branch<T>>(std::move(what));
  }

  std::optional<retry_policy> retry_;
  std::optional<duration> limit_;
};

template <class T> class [[nodiscard]] sub_orchestration_call : public detail::call<T> {
public:
  using detail::call<T>::call;

  // Without it the child is called <parent>::sub::<event id>, with the number of the parent's execution in
  // front of the event id if it is not the first. Where that has more than 256 bytes, the child is called
  // <begin of the parent's id>::sub::<hash> instead, with the first 32 digits of the SHA-256 of the longer
  // id. Throws configuration_error (invalid_argument) if it is no legal id.
  sub_orchestration_call& with_id(std::string instance) & {
    require_instance_id(instance);
    this->what().instance = std::move(instance);
    return *this;
  }
  sub_orchestration_call&& with_id(std::string instance) && {
    return std::move(with_id(std::move(instance)));
  }
  // Without it the version policy of the orchestration chooses.
  // Throws configuration_error (invalid_argument) if it is no semantic version.
  sub_orchestration_call& with_version(std::string_view version) & {
    this->what().version = semantic_version::parse(version).text();
    return *this;
  }
  sub_orchestration_call&& with_version(std::string_view version) && {
    return std::move(with_version(version));
  }
  // The child begins with the labels that its parent has when it is scheduled.
  sub_orchestration_call& inherit_labels() & {
    this->what().inherits_labels = true;
    return *this;
  }
  sub_orchestration_call&& inherit_labels() && { return std::move(inherit_labels()); }
};

// A command to a durable actor.
template <class T> class [[nodiscard]] command_call : public detail::call<T> {
public:
  using detail::call<T>::call;
};

// A timer or a wait for an event or queue message.
template <class T> class [[nodiscard]] wait_call : public detail::call<T> {
public:
  using detail::call<T>::call;
};

}  // namespace duroxide
