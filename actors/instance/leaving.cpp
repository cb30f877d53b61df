// How an instance leaves memory.
#include "duroxide/detail/pause_signal.hpp"
#include "actors/instance/instance.hpp"
#include "actors/instance/not_registered.hpp"

#include <algorithm>
#include <utility>

namespace duroxide::internal {

namespace {

constexpr duration while_committing{10};

bool has_row(const message& m) { return m.id != 0; }

}  // namespace

void instance::on_deleted(found_deleted m) {
  if (state_.holds<instance_states::leaving>()) return send(dispatcher_, std::move(m.start));
  if (state_.holds<instance_states::committing>())  // the turn will be refused
    return delayed_send(dispatcher_, while_committing, std::move(m.start));
  leave(leave_reason::not_found);
  send(dispatcher_, std::move(m.start));
}

// An answer that was asked for before this instance was stored says nothing about it, and clients that wait for its
// start have to be looked up again. During a commit the message is delayed, because the outcome is not known yet.
void instance::on_life_found(life_found m) {
  is_awaited_ = is_awaited_ || m.is_awaited;
  if (state_.holds<instance_states::leaving>()) return tell_of_start();
  if (!record_.is_stored() || m.life == record_.life) return;
  if (m.asked_at <= record_.stored_since) {  // a look after the delay does say something
    if (std::exchange(is_awaited_, false)) delayed_send(dispatcher_, while_committing, appeared{record_.id});
    return;
  }
  if (state_.holds<instance_states::committing>()) return delayed_send(this, while_committing, std::move(m));
  leave(leave_reason::not_found);
}

void instance::tell_of_start() {
  if (std::exchange(is_awaited_, false)) send(dispatcher_, appeared{record_.id});
}

// While the node stops, only what has no row in the store is still worth a turn.
void instance::leave_if_drained() {
  if (!draining_ || state_.holds<instance_states::leaving>() || state_.holds<instance_states::committing>())
    return;
  if (record_.is_stored() && std::ranges::all_of(inbox_.arrived(), has_row)) leave(leave_reason::passivated);
}

// Returns unhandled messages to the dispatcher. They follow `leaving`, so that the next actor of this id gets them.
// Queue messages, and everything that has a row before the first turn or if the instance is parked, are read from the
// store again instead.
void instance::leave(leave_reason reason, std::string detail) {
  state_.enter(instance_states::leaving());
  probation_.end_without_turn(*this);
  // A history of a newer build is nothing to add to, not even the end.
  const bool is_called = record_.history_format <= limits::history_format &&
                         std::ranges::any_of(inbox_.arrived(), duroxide::detail::needs_no_code);
  if (inbox_.awaits_start() || is_parked(reason)) inbox_.drop_if(has_row);
  execution_.reset();
  const instance_status& status = record_.status;
  if (reason == leave_reason::not_registered && detail.empty())
    detail = not_registered(*context_->handlers, status.orchestration, status.version).message;
  send(dispatcher_, leaving{record_.id,
                            record_.life,
                            reason,
                            std::move(detail),
                            {status.orchestration, status.version, record_.history_format},
                            is_called});
  std::vector<message> rest = inbox_.take_all();
  if (!rest.empty()) send(dispatcher_, deliver_many{std::move(rest)});
  callers_.hand_back(*this, dispatcher_);
}

}  // namespace duroxide::internal
