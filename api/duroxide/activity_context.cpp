#include "duroxide/activity_context.hpp"

#include <condition_variable>
#include <mutex>

namespace duroxide {

std::string activity_context::activity_id() const {
  return identity_.instance + "/" + std::to_string(identity_.execution) + "/" +
         std::to_string(identity_.event_id);
}

bool activity_context::wait_for_cancellation(duration limit) const {
  std::mutex mutex;
  std::condition_variable_any cancelled;
  std::unique_lock lock(mutex);
  cancelled.wait_for(lock, cancelled_, limit, [] { return false; });
  return is_cancelled();
}

}  // namespace duroxide
