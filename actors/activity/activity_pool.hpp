// Decides where and when an activity runs.
#pragma once

#include "actors/activity/messages.hpp"
#include "actors/activity/runtime_activity_services.hpp"
#include "actors/activity/session_turns.hpp"
#include "actors/activity/workers.hpp"
#include "actors/clock.hpp"
#include "actors/node_context.hpp"
#include "actors/shard/messages.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/message_handler.hpp>
#include <caf/response_promise.hpp>

#include <memory>
#include <optional>
#include <unordered_map>
#include <unordered_set>

namespace duroxide::internal {

// Hands blocking activities to the workers and starts asynchronous ones. An activity that it holds
// already is not taken twice, so a rebuilt instance may submit all that it waits for. Outcomes go to the
// dispatcher of the instance, straight from where they arise; those of activities that were claimed from the
// store come by here, because the pool claims no more of them than it can run, and because the instance may
// be another node's.
class activity_pool final : public caf::event_based_actor {
public:
  activity_pool(caf::actor_config& config, std::shared_ptr<workers> threads);

  caf::behavior make_behavior() override;
  void on_exit() override;
  const char* name() const override { return "activity pool"; }

private:
  // -- running ----------------------------------------------------------------
  void take_own(std::vector<stored_activity> activities);
  bool has_memory_for(const stored_activity& activity) const;
  void take_from_instance(run_activities request);
  void look_for(unfinished_activities request);
  void take_up(std::vector<stored_activity> activities);
  void submit(stored_activity activity, bool tracked);
  void run(stored_activity activity, bool tracked);
  void start_async(const async_activity_handler& handler, stored_activity activity, bool tracked);
  void cancel(const activity_key& key);
  void report_failure(const activity_key& key, error_details why, bool tracked);
  void deliver_outcome(const activity_key& key, message outcome);

  // -- what the store has for whoever can run it (claiming.cpp) ----------------
  caf::message_handler claiming_behavior();
  void look_at_store();
  void look_later();
  void claim();
  void take(activities_claimed answer);
  void take_one(stored_activity activity);
  void finish_tracked(const activity_key& key);
  void track(const activity_key& key);
  void give_up(const std::vector<std::uint32_t>& shards);
  std::size_t room() const;
  void adapt_to_pace();
  void ask_for_lost();
  void release(std::vector<activity_key> keys);
  void finish_drain();

  // -- what takes too long here (giving_away.cpp) -------------------------------
  caf::message_handler giving_behavior();
  void watch_pace();
  void look_at_pace();
  void give_away();

  // -- activities that nobody here can run ------------------------------------
  void park_unregistered(stored_activity activity);
  void wait_for_handler(stored_activity activity, std::uint32_t tries);
  void find_out_who_offers(stored_activity activity);
  void give_up_unregistered(const stored_activity& activity);

  std::shared_ptr<workers> workers_;
  context_ptr context_;
  std::shared_ptr<runtime_activity_services> desk_;
  std::unordered_map<activity_key, std::stop_source, activity_key_hash> elsewhere_;  // running, asynchronous
  std::unordered_set<activity_key, activity_key_hash> parked_;  // that nobody here can run
  // While shards are being taken up: what has come since, and may have run when the store's list of it comes.
  std::optional<std::unordered_set<activity_key, activity_key_hash>> since_take_up_;
  // Taken from such a list, before the instance that has just scheduled it could say so, if one has.
  std::unordered_set<activity_key, activity_key_hash> recovered_;

  session_turns sessions_;
  struct claimed {
    std::optional<std::string> session;
    bool on_worker = false;  // queued or running; others wait for their session, or are asynchronous
    std::size_t bytes = 0;   // of its input
  };
  std::unordered_map<activity_key, claimed, activity_key_hash> claimed_;
  std::size_t on_workers_ = 0;  // of those
  std::size_t claimed_bytes_ = 0;
  std::size_t in_hand_ = 0;  // how many there may be on workers, if that is more than their own need
  steady_time last_full_claim_{};
  bool claiming_ = false;
  bool look_again_ = false;
  bool will_look_again_ = false;
  bool watches_pace_ = false;
  work_queue::pace seen_;  // when it looked last
  std::optional<caf::response_promise> drained_;

  std::unordered_map<std::uint64_t, std::function<void()>> later_;
  std::uint64_t last_later_ = 0;
};

}  // namespace duroxide::internal
