#include "persistence/simulated/listeners.hpp"

#include <algorithm>

namespace duroxide::internal::simulated {

std::shared_ptr<void> listeners::add(std::uint64_t connection, watch_scope scope,
                                     std::function<void()> changed) {
  const detail::lock_guard lock(mutex_);
  const std::uint64_t number = ++last_;
  all_.emplace(number, listener{connection, scope, std::move(changed)});
  return {nullptr, [self = shared_from_this(), number](void*) { self->remove(number); }};
}

void listeners::remove(std::uint64_t number) {
  const detail::lock_guard lock(mutex_);
  all_.erase(number);
}

void listeners::tell(const std::vector<std::uint64_t>& connections, const news& what) {
  const detail::lock_guard lock(mutex_);
  for (const auto& [number, each] : all_) {
    const bool concerned = what.all || std::ranges::binary_search(connections, each.connection);
    if (concerned || (what.written && each.scope == watch_scope::everything)) each.changed();
  }
}

}  // namespace duroxide::internal::simulated
