// Decides where and when an activity runs.
#pragma once

#include "actors/messages.hpp"
#include "actors/peers.hpp"
#include "actors/workers.hpp"

#include <caf/event_based_actor.hpp>

#include <memory>
#include <unordered_map>

namespace duroxide::internal {

// Hands blocking activities to the workers and starts asynchronous ones. An activity that is in its hands
// already is not taken twice, so a rebuilt instance may submit all that it waits for. Outcomes go to the
// dispatcher of the instance, straight from where they arise.
class activity_pool final : public caf::event_based_actor {
public:
  activity_pool(caf::actor_config& config, std::shared_ptr<workers> threads);

  caf::behavior make_behavior() override;
  void on_exit() override;
  const char* name() const override { return "activity pool"; }

private:
  void submit(stored_activity activity);
  void start_async(const async_activity_handler& handler, stored_activity activity);
  void park_unregistered(stored_activity activity, std::uint32_t tries);
  void report_failure(const activity_key& key, error_details why);

  std::shared_ptr<workers> workers_;
  peers_ptr peers_;
  // Running asynchronous ones, and parked ones (which have nothing to stop).
  std::unordered_map<activity_key, std::stop_source, activity_key_hash> elsewhere_;
};

// The message that tells an instance the outcome of an activity.
message activity_done_message(const activity_key& key, result<std::string, error_details> outcome);

}  // namespace duroxide::internal
