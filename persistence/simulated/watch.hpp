// Hearing of changes: waiting for them in a thread, or being called.
#pragma once

#include "duroxide/detail/mutex.hpp"
#include "persistence/simulated/listeners.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

namespace duroxide::internal::simulated {

// Any thread may interrupt it, one waits.
class watch final : public change_watch {
public:
  watch(listeners& listening, std::uint64_t connection, watch_scope scope)
      : listening_(listening.add(connection, scope, [this] { tell(); })) {}

  bool wait(std::optional<duration> at_most) override;
  void interrupt() override;
  bool call(std::function<void()> changed) override;

private:
  void tell();

  detail::mutex mutex_;
  detail::condition_variable changed_;
  bool is_set_ DUROXIDE_GUARDED_BY(mutex_) = false;
  std::function<void()> call_ DUROXIDE_GUARDED_BY(mutex_);
  const std::shared_ptr<void> listening_;  // ends before what it sets
};

}  // namespace duroxide::internal::simulated
