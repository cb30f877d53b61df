// Waiting until somebody changes a store.
#pragma once

#include "duroxide/time.hpp"

#include <functional>
#include <optional>

namespace duroxide {

enum class watch_scope : std::uint8_t {
  others,  // ignores what this process's own writers write
  everything,
};

// Reports that somebody may have changed the store.
class change_watch {
public:
  virtual ~change_watch() = default;
  // Blocks until something may have changed since the last call, until `interrupt`, or for `at_most` (for ever
  // if not given). False if the time has run out. Costs nothing while nothing changes.
  virtual bool wait(std::optional<duration> at_most) = 0;
  // Ends a wait, now or the next one. From any thread.
  virtual void interrupt() = 0;
  // An alternative to `wait`: calls the function, which must not block or use the store, for each change, on the
  // thread that made the change, as long as the watch lives. False if this watch can only be waited on.
  virtual bool call(std::function<void()>) { return false; }
};

}  // namespace duroxide
