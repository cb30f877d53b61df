#include "persistence/notifier.hpp"

#include "persistence/store_failure.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>

namespace duroxide::persistence {

event_fd::event_fd() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (descriptor_ < 0)
    throw store_failure(commit_certainty::not_done, error_kind::store_unavailable,
                        "no event descriptor could be made. Raise the limit of open files (ulimit -n).");
}

event_fd::~event_fd() { ::close(descriptor_); }

void event_fd::set() noexcept {
  constexpr std::uint64_t one = 1;
  // It can only fail because the event is set already.
  [[maybe_unused]] const auto written = ::write(descriptor_, &one, sizeof one);
}

bool event_fd::take() noexcept {
  std::uint64_t times = 0;
  return ::read(descriptor_, &times, sizeof times) == sizeof times;
}

void notifier::add(const std::shared_ptr<event_fd>& listener) {
  const detail::lock_guard lock(mutex_);
  std::erase_if(listeners_, [](const auto& known) { return known.expired(); });
  listeners_.push_back(listener);
}

void notifier::ring() {
  const detail::lock_guard lock(mutex_);
  for (const auto& known : listeners_)
    if (const auto listener = known.lock()) listener->set();
}

}  // namespace duroxide::persistence
