// When an instance has nothing to do, and how it leaves memory.
#include "actors/instance/instance.hpp"
#include "actors/instance/not_registered.hpp"
#include "actors/shard/messages.hpp"
#include "actors/store/messages.hpp"

#include <algorithm>

namespace duroxide::internal {

namespace {

constexpr duration while_in_flight{10};

}  // namespace

// Of somebody who asked for a child with this id, which was taken.
void instance::drop_foreign_cancels() {
  std::erase_if(arrived_, [this](const message& m) {
    bool foreign =
        m.kind == message_kind::cancel && !m.name.empty() && (!parent_ || parent_->instance != m.name);
    if (foreign && m.id != 0) stale_.push_back(m.id);
    return foreign;
  });
}

// What is for a life before this one is for nobody. What is for a later one shows that this one has been
// deleted, and its id used again: whoever is loaded next takes it.
bool instance::meets_later_life() {
  if (life_ == 0 || in_flight_ || leaving_) return false;
  std::erase_if(arrived_, [this](const message& m) { return m.life != 0 && m.life < life_; });
  if (std::ranges::none_of(arrived_, [this](const message& m) { return m.life > life_; })) return false;
  leave(leave_reason::not_found);
  return true;
}

bool instance::may_run() const {
  if (!awaits_start_) return !arrived_.empty() || first_turn_due_ || execution_->can_take_from(waiting_);
  return std::ranges::any_of(arrived_, [](const message& m) {
    return m.kind == message_kind::start || m.kind == message_kind::cancel;
  });
}

bool instance::nothing_to_do() const {
  return execution_ && !in_flight_ && !leaving_ && !waiting_.is_asked() && unread_.is_whole() && !may_run();
}

// While the node stops, only what has no row in the store is still worth a turn.
void instance::leave_if_drained() {
  if (!draining_ || leaving_ || in_flight_) return;
  bool all_stored = std::ranges::all_of(arrived_, [](const message& m) { return m.id != 0; });
  if (all_stored && stored_) leave(leave_reason::passivated);
}

void instance::leave_unregistered() {
  leave(leave_reason::not_registered,
        not_registered(*context_->handlers, status_.orchestration, status_.version).message);
}

void instance::leave(leave_reason reason, std::string detail) {
  leaving_ = true;
  end_probation_without_turn();
  // What came before the first turn comes again from the store, with the start.
  if (awaits_start_) std::erase_if(arrived_, [](const message& m) { return m.id != 0; });
  execution_.reset();
  send(dispatcher_,
       leaving{
           id_, life_, reason, std::move(detail), {status_.orchestration, status_.version, history_format_}});
  bounce();
}

// Gives back what is not done, for whoever comes next: messages after `leaving`, so that they meet the next
// one. What waits in queues is read from the store again.
void instance::bounce() {
  for (auto* messages : {&in_turn_, &arrived_}) {
    if (!messages->empty()) send(dispatcher_, deliver_many{std::move(*messages)});
    messages->clear();
  }
  for (auto& starter : std::exchange(starters_, {})) send(dispatcher_, std::move(starter));
}

// What it had taken is in the store, but for what it gives back.
void instance::put_off() {
  leave_gate();
  on_probation_ = in_flight_->ends_probation;
  in_flight_.reset();
  leave(leave_reason::passivated);
}

void instance::make_room(found_deleted m) {
  if (leaving_) return send(dispatcher_, std::move(m.start));
  // Its turn will be refused.
  if (in_flight_) return delayed_send(dispatcher_, while_in_flight, std::move(m.start));
  leave(leave_reason::not_found);
  send(dispatcher_, std::move(m.start));
}

// An answer may be older than the instance; and while a turn is being committed nobody knows what comes of
// it.
void instance::compare_life(life_found m) {
  if (leaving_ || life_ == 0 || m.life == life_ || m.asked_at <= stored_since_) return;
  if (in_flight_) return delayed_send(this, while_in_flight, std::move(m));
  leave(leave_reason::not_found);
}

// Only when the turn that found them stale is committed: a refused one may have been computed from a wrong
// state.
void instance::discard_stale() {
  if (!stale_.empty()) send(context_->journal(), commit_discards{std::exchange(stale_, {})});
}

}  // namespace duroxide::internal
