// Reads instances, and what waits in their queues, back from the store.
#pragma once

#include "duroxide/provider.hpp"
#include "actors/messages.hpp"

#include <caf/event_based_actor.hpp>

#include <memory>

namespace duroxide::internal {

// On a thread of its own, so that a slow store blocks no instance that is in memory. A store that cannot read
// now is tried again, with backoff.
class loader final : public caf::event_based_actor {
public:
  loader(caf::actor_config& config, std::shared_ptr<provider> store);

  caf::behavior make_behavior() override;
  void on_exit() override { store_.reset(); }
  const char* name() const override { return "loader"; }

private:
  void load(load_request request, const caf::actor& from, std::uint32_t attempt);
  void fetch(queue_request request, const caf::actor& from, std::uint32_t attempt);

  std::shared_ptr<provider> store_;
};

}  // namespace duroxide::internal
