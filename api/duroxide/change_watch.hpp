// Waiting until somebody changes a store.
#pragma once

#include "duroxide/time.hpp"

#include <functional>
#include <optional>

namespace duroxide {

enum class watch_scope : std::uint8_t {
  others,  // what this process's own writers write is passed over
  everything,
};

// Tells that somebody may have changed the store.
class change_watch {
public:
  virtual ~change_watch() = default;
  // Blocks until something may have changed since the last call, until `interrupt`, or for `at_most` (forever
  // if not given). False if only the time is over. Costs nothing while nothing changes.
  virtual bool wait(std::optional<duration> at_most) = 0;
  // Ends a wait, now or the next one. From any thread.
  virtual void interrupt() = 0;
  // Instead of being waited on: calls `changed`, which must not block or use the store, for each change, from
  // whichever thread made it, as long as the watch lives. False if this watch can only be waited on.
  virtual bool call(std::function<void()>) { return false; }
};

}  // namespace duroxide
