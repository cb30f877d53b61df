#include "persistence/postgres/watch.hpp"

#include <poll.h>

#include <algorithm>

namespace duroxide::persistence::postgres {

namespace {

constexpr duration longest_wait = std::chrono::seconds(60);
constexpr duration longest_deaf_wait = std::chrono::seconds(1);  // nothing can be heard through a pooler

}  // namespace

watch::watch(std::shared_ptr<store> opened, watch_scope scope)
    : store_(std::move(opened)), wake_(std::make_shared<event_fd>()) {
  store_->seen().heard().changes().add(wake_);
  if (scope == watch_scope::everything) store_->seen().heard().commits().add(wake_);
  if (!store_->is_pooled()) store_->seen().listen(scope == watch_scope::everything);
}

bool watch::wait(std::optional<duration> at_most) {
  const duration longest = store_->is_pooled() ? longest_deaf_wait : longest_wait;
  const auto limit = std::clamp(at_most.value_or(longest), duration(0), longest);
  pollfd source{wake_->descriptor(), POLLIN, 0};
  ::poll(&source, 1, static_cast<int>(limit.count()));
  // After the longest wait the caller should look into the store.
  return wake_->take() || limit == longest;
}

}  // namespace duroxide::persistence::postgres
