// Waits for the store in place of others.
#pragma once

#include "duroxide/provider.hpp"
#include "actors/store/messages.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <memory>

namespace duroxide::internal {

// On a thread of its own: does for the store executor one thing at a time, and says when it is free again. A store
// that cannot read now is tried again, with backoff: the request goes back to the store executor for so long.
class reader final : public reader_actor::base {
public:
  reader(caf::actor_config& config, std::shared_ptr<provider> store);

  behavior_type make_behavior() override;
  void on_exit() override { store_.reset(); }
  const char* name() const override { return "reader"; }

private:
  void load(load_for what, const store_executor_self& store_executor);
  void fetch(page_for what, const store_executor_self& store_executor);

  std::shared_ptr<provider> store_;
};

}  // namespace duroxide::internal
