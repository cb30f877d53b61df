// Calls that activities ask for, after a delay.
#pragma once

#include "duroxide/time.hpp"

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/event_based_actor.hpp>

#include <cstdint>
#include <functional>
#include <unordered_map>

namespace duroxide::internal {

struct call_later {
  duration delay{};
  std::function<void()> then;
};

// Each call is made once, by an actor of its own, since it may take long; when this one ends, those that
// still wait are made at once.
class delayed_calls final : public caf::event_based_actor {
public:
  explicit delayed_calls(caf::actor_config& config) : event_based_actor(config) {}

  caf::behavior make_behavior() override;
  void on_exit() override;
  const char* name() const override { return "delayed calls"; }

private:
  std::unordered_map<std::uint64_t, std::function<void()>> waiting_;
  std::uint64_t last_ = 0;
};

}  // namespace duroxide::internal

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::call_later)
