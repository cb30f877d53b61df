// Calls: what the context's schedule_* functions return. Inert until awaited; options chain.
#pragma once

#include "duroxide/durable.hpp"
#include "duroxide/names.hpp"

#include <string>

namespace duroxide {

// A started operation that is awaited later, or never. Destroying it unawaited cancels the operation.
template <class T> class [[nodiscard]] pending {
public:
  using value_type = T;
  explicit pending(std::unique_ptr<detail::operation_branch<T>> started) : started_(std::move(started)) {}

  // Lets the operation run on its own: its outcome is recorded and otherwise ignored.
  void detach() && {
    started_->detach();
    started_.reset();
  }

  // REQUIRES: neither awaited nor detached before.
  detail::branch_ptr<T> release() && { return std::move(started_); }

private:
  std::unique_ptr<detail::operation_branch<T>> started_;
};

namespace detail {

template <class T> class call {
public:
  using value_type = T;
  explicit call(operation what) : branch_(std::make_unique<operation_branch<T>>(std::move(what))) {}

  branch_ptr<T> release() && { return std::move(branch_); }

  // Schedules now, to be awaited later.
  pending<T> start(engine& owner) && {
    branch_->start(owner, {});
    return pending<T>(std::move(branch_));
  }

protected:
  operation& what() { return branch_->what(); }

private:
  std::unique_ptr<operation_branch<T>> branch_;
};

}  // namespace detail

template <class T> class [[nodiscard]] activity_call : public detail::call<T> {
public:
  using detail::call<T>::call;

  // Only workers whose tag filter accepts `tag` run it.
  activity_call&& with_tag(std::string tag) && {
    this->what().tag = std::move(tag);
    return std::move(*this);
  }
  // All activities of one session run on the same worker process, as long as it lives.
  activity_call&& on_session(std::string session) && {
    this->what().session = std::move(session);
    return std::move(*this);
  }
};

template <class T> class [[nodiscard]] sub_orchestration_call : public detail::call<T> {
public:
  using detail::call<T>::call;

  // Without it the child is called <parent>::sub::<event id>.
  // Throws configuration_error (invalid_argument) if it is no legal id.
  sub_orchestration_call&& with_id(std::string instance) && {
    require_valid_id("instance id", instance);
    this->what().instance = std::move(instance);
    return std::move(*this);
  }
  // Without it the newest registered version runs.
  sub_orchestration_call&& with_version(std::string version) && {
    this->what().version = std::move(version);
    return std::move(*this);
  }
};

// A timer or a wait for an event or queue message.
template <class T> class [[nodiscard]] wait_call : public detail::call<T> {
public:
  using detail::call<T>::call;
};

}  // namespace duroxide
