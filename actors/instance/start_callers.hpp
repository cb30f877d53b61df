// The callers of `start` whom an instance has not answered yet.
#pragma once

#include "actors/instance/messages.hpp"
#include "actors/shard/messages.hpp"
#include "actors/shard/start_if_deleted.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <utility>
#include <vector>

namespace duroxide::internal {

// Of an instance that is being created, the first one is its creator. Each is answered once, or handed on.
class start_callers {
public:
  void add(start_here caller) { callers_.push_back(std::move(caller)); }

  // REQUIRES: the instance is being created.
  start_request& creator() { return callers_.front().what; }
  void answer_creator(result<start_result, error_details> outcome) {
    callers_.front().done(std::move(outcome));
    callers_.erase(callers_.begin());
  }

  // The instance is stored: what the others are told depends on whether it still is.
  void look_up(const dispatcher_actor& dispatcher, const store_executor_actor& store_executor) {
    for (start_here& each : std::exchange(callers_, {}))
      start_if_deleted(dispatcher, store_executor, std::move(each));
  }
  // The instance leaves memory: the next actor of this id answers them.
  void hand_back(instance_self::base& self, const dispatcher_actor& dispatcher) {
    for (start_here& each : std::exchange(callers_, {})) self.send(dispatcher, std::move(each));
  }

private:
  std::vector<start_here> callers_;
};

}  // namespace duroxide::internal
