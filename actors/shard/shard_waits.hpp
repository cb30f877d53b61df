// The clients that wait for instances of a shard.
#pragma once

#include "actors/node_context.hpp"
#include "actors/shard/messages.hpp"
#include "actors/shard/waiter_list.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace duroxide::internal {

// An instance in memory tells how it stands; what is not in memory is looked up in the store, which answers
// the dispatcher. What does not exist is looked up again when it may have been started. What the constructor
// is given must outlive this.
class shard_waits {
public:
  shard_waits(dispatcher_self::base& dispatcher, const context_ptr& context)
      : dispatcher_(dispatcher), context_(context) {}

  waiter_list& list() noexcept { return list_; }
  const waiter_list& list() const noexcept { return list_; }

  // Of an instance that is in memory; of a life of it that has ended, and is in memory still; or of neither.
  void add(wait_here request, bool is_in_memory, std::uint64_t ended_life);
  // Looks again for all that wait for the instance.
  void look_up(const std::string& instance);
  // The same for those that wait for its start: it has come into memory, or has said something, or was found.
  void look_up_start(const std::string& instance);
  // The look has an answer. `is_being_created`: what the store does not know yet is in memory.
  void found(const status_known& answer, bool is_being_created);

  // The waits go to the owner of the instance, or all of them, now.
  void hand_over(const std::string& instance);
  void hand_over_all();
  // Everybody is told at once that nobody answers.
  void clear() { list_ = {}; }

private:
  void look_up(waiter_list::number waiter, const wait_request& what);
  waiter_list::successor to_client() const;

  dispatcher_self::base& dispatcher_;
  const context_ptr& context_;
  waiter_list list_;
};

}  // namespace duroxide::internal
