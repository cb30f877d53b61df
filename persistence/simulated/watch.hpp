// Hearing of changes: waiting for them in a thread, or being called.
#pragma once

#include "persistence/simulated/listeners.hpp"

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
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

  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_set_ = false;
  std::function<void()> call_;
  const std::shared_ptr<void> listening_;  // ends before what it sets
};

}  // namespace duroxide::internal::simulated
