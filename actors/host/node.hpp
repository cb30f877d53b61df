// The node: this process's part in a store.
#pragma once

#include "actors/client/local_client.hpp"
#include "actors/clock.hpp"
#include "actors/host/incarnation.hpp"
#include "actors/host/messages.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <memory>
#include <optional>

namespace duroxide::internal {

// On a thread of its own, because joining and leaving block. Starts, drains and stops an incarnation; when
// that has lost its ownership, or one of its actors has died of a defect, kills it and begins a new one, which
// reads everything back from the store.
// When the store is gone it begins none: what it would write is lost, and what others have put there is not
// its own.
class node final : public node_self::base {
public:
  node(caf::actor_config& config, std::shared_ptr<provider> store, std::shared_ptr<const registry> handlers,
       runtime_options options, node_shared shared);

  behavior_type make_behavior() override;
  void on_exit() override;
  const char* name() const override { return "node"; }

private:
  void begin();
  void on_down(const caf::down_msg& down);
  // Ends the incarnation, and begins the next one after this time.
  void lose(const store_error& why, duration wait = duration(0));
  void begin_again(std::uint32_t attempt);
  void leave_departed();
  void tell_end(const std::string& why);

  std::shared_ptr<provider> store_;
  std::shared_ptr<const registry> handlers_;
  runtime_options options_;
  node_shared shared_;
  std::unique_ptr<incarnation> incarnation_;
  std::uint32_t deaths_ = 0;  // of actors, in a row
  steady_time last_death_{};
  std::optional<std::uint64_t> departed_;  // an incarnation that the store may still take for the owner
};

}  // namespace duroxide::internal
