// Calls that activities ask for, after a delay.
#pragma once

#include "actors/activity/messages.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <cstdint>
#include <functional>
#include <unordered_map>

namespace duroxide::internal {

// Each call is made once, by an actor of its own, since it may take long; when this one ends, those that
// still wait are made at once.
class delayed_calls final : public delayed_calls_self::base {
public:
  explicit delayed_calls(caf::actor_config& config) : delayed_calls_self::base(config) {}

  behavior_type make_behavior() override;
  void on_exit() override;
  const char* name() const override { return "delayed calls"; }

private:
  std::unordered_map<std::uint64_t, std::function<void()>> waiting_;
  std::uint64_t last_ = 0;
};

}  // namespace duroxide::internal
