// Decides where and when an activity runs.
#pragma once

#include "actors/activity/activity_claims.hpp"
#include "actors/activity/activity_table.hpp"
#include "actors/activity/asynchronous_runs.hpp"
#include "actors/activity/messages.hpp"
#include "actors/activity/runtime_activity_services.hpp"
#include "actors/activity/session_turns.hpp"
#include "actors/activity/shard_takeover.hpp"
#include "actors/activity/worker_pace.hpp"
#include "actors/activity/workers.hpp"
#include "actors/node_context.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <memory>
#include <optional>

namespace duroxide::internal {

// Hands blocking activities to the workers and starts asynchronous ones, as many as may run at a time. An activity
// that it has already (see activity_table.hpp) is not taken twice, so a rebuilt instance may submit all that it
// waits for. Outcomes of this node's own activities go to the dispatcher of the instance, straight from where they
// arise; those of claimed ones come by here.
class activity_pool final : public activity_pool_self::base {
public:
  activity_pool(caf::actor_config& config, std::shared_ptr<workers> threads);

  behavior_type make_behavior() override;
  void on_exit() override;
  const char* name() const override { return "activity pool"; }

private:
  pool_lifecycle::behavior_type lifecycle();
  pool_requests::behavior_type requests();
  pool_shards::behavior_type about_shards();
  pool_runs::behavior_type about_runs();
  pool_claims::behavior_type about_claims();
  pool_handlers::behavior_type about_handlers();
  void begin(context_ptr context);
  void finish_drain();

  // -- what comes -------------------------------------------------------------
  void take_own(std::vector<stored_activity> activities);
  void take_claimed(stored_activity activity);
  void send_back_missing(unfinished_activities request);
  bool has_memory_for(const stored_activity& activity) const;

  // -- running ----------------------------------------------------------------
  void submit(stored_activity activity, bool claimed);
  void run(stored_activity activity, bool claimed);
  void cancel(const activity_key& key);
  void fail(const activity_key& key, error_details why, bool claimed);
  void deliver_outcome(const activity_key& key, message outcome);
  void end_claim(const activity_key& key);

  // -- activities that nobody here can run (waiting_for_handler.cpp) ----------
  void wait_for_handler(stored_activity activity, std::uint32_t tries = 1);
  void find_out_who_offers(stored_activity activity);
  void give_up_unregistered(const stored_activity& activity);

  std::shared_ptr<workers> workers_;
  context_ptr context_;
  std::shared_ptr<runtime_activity_services> services_;
  delayed_calls_actor delayed_calls_;
  activity_table table_;
  asynchronous_runs asynchronous_;
  session_turns sessions_;
  shard_takeover takeover_;
  activity_claims claims_;
  worker_pace pace_;
  std::optional<done_promise> drained_;
};

}  // namespace duroxide::internal
