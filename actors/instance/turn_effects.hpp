// What leaves an instance when a turn of it is durable.
#pragma once

#include "actors/instance/instance_record.hpp"
#include "actors/instance/messages.hpp"
#include "actors/node_context.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

namespace duroxide::internal {

// Hands a committed turn on: its activities to the pool, what it starts and sends to the dispatchers of their
// shards, its timers to the dispatcher of its own, cancellations to the actors that run what they end, and what
// changed to those who wait for it. Nothing of a turn may leave before (I2). What the constructor is given must
// outlive this.
class turn_effects {
public:
  turn_effects(const context_ptr& context, const dispatcher_actor& dispatcher, const instance_record& owner)
      : context_(context), dispatcher_(dispatcher), owner_(owner) {}

  // REQUIRES: the record is as the turn left it.
  void release(instance_self::base& self, const turn_commit& turn, const turn_receipt& receipt,
               std::shared_ptr<activity_room::reservation> reserved);

  // Messages that the turn found to be for nobody.
  void discard(instance_self::base& self, std::vector<std::uint64_t> message_ids) const;

  // A timer of this execution that is in the store already.
  void know_timer(const message& due) { open_timers_.emplace(due.source, due.id); }
  void forget_timers() { open_timers_.clear(); }

private:
  void run_activities_of(instance_self::base& self, const turn_commit& turn,
                         std::shared_ptr<activity_room::reservation> reserved) const;
  void start_others(instance_self::base& self, const turn_commit& turn, const turn_receipt& receipt) const;
  void send_messages(instance_self::base& self, const turn_commit& turn, const turn_receipt& receipt);
  void cancel_activities_of(instance_self::base& self, const turn_commit& turn) const;
  void cancel_timers_of(instance_self::base& self, const turn_commit& turn);
  void tell_waiters(instance_self::base& self, const turn_commit& turn) const;

  const context_ptr& context_;
  const dispatcher_actor& dispatcher_;
  const instance_record& owner_;
  std::unordered_map<std::uint64_t, std::uint64_t> open_timers_;  // event id to message id
};

}  // namespace duroxide::internal
