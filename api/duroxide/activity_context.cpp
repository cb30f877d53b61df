#include "duroxide/activity_context.hpp"

#include "duroxide/client.hpp"
#include "duroxide/detail/mutex.hpp"
#include "duroxide/detail/platform.hpp"
#include "duroxide/errors.hpp"
#include "duroxide/limits.hpp"

#include <condition_variable>

namespace duroxide {

std::string activity_context::activity_id() const {
  std::uint64_t first = identity_.retry_of != 0 ? identity_.retry_of : identity_.event_id;
  return identity_.instance + "/" + std::to_string(identity_.execution) + "/" + std::to_string(first);
}

bool activity_context::wait_for_cancellation(duration limit) const {
  if (auto* around = detail::simulated()) {
    around->run_until([this] { return is_cancelled(); }, limit);
    return is_cancelled();
  }
  detail::mutex mutex;
  std::condition_variable_any cancelled;
  detail::unique_lock lock(mutex);
  cancelled.wait_until(lock, cancelled_, detail::steady_in(limit), [] { return false; });
  return is_cancelled();
}

void activity_context::heartbeat(std::string details) {
  if (details.size() > limits::heartbeat_bytes)
    throw limit_error("the details of a heartbeat of activity '" + identity_.name + "' have " +
                      std::to_string(details.size()) + " bytes; the limit is " +
                      std::to_string(limits::heartbeat_bytes) + " (limits::heartbeat_bytes)");
  auto now = detail::steady_now();
  if (last_heartbeat_ && now < *last_heartbeat_ + services_->heartbeat_interval()) return;
  last_heartbeat_ = now;
  services_->heartbeat(identity_, std::move(details));
}

client activity_context::get_client() const { return client(services_->client()); }

}  // namespace duroxide
