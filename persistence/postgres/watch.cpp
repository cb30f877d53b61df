#include "persistence/postgres/watch.hpp"

#include <poll.h>

#include <algorithm>

namespace duroxide::persistence::postgres {

namespace {

constexpr duration longest_wait = std::chrono::seconds(30);

}  // namespace

watch::watch(std::shared_ptr<store> in, watch_scope scope)
    : store_(std::move(in)), wake_(std::make_shared<wake_event>()) {
  store_->seen().changes().add(wake_);
  if (scope == watch_scope::everything) store_->seen().commits().add(wake_);
  store_->seen().listen(scope == watch_scope::everything);
}

void watch::wait(std::optional<duration> at_most) {
  const auto limit = std::clamp(at_most.value_or(longest_wait), duration(0), longest_wait);
  pollfd source{wake_->descriptor(), POLLIN, 0};
  ::poll(&source, 1, static_cast<int>(limit.count()));
  wake_->take();
}

}  // namespace duroxide::persistence::postgres
