// Brings in what other processes, and earlier incarnations, wrote.
#pragma once

#include "actors/clock.hpp"
#include "actors/cluster/listener.hpp"
#include "actors/node_context.hpp"

#include <caf/event_based_actor.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace duroxide::internal {

// On a thread of its own. First it takes up all that the store holds for this node's shards: undelivered
// messages, timers within the horizon, unfinished activities. From then on it waits for changes made by
// others, without polling, and moves the timer horizon on. While there are other members it looks after them:
// shards that nobody owns become this node's, and those that it has beyond its share it gives up, a few at a
// time, each when nothing of it is in memory any more.
//
// What it has to do is a list of errands. One that the store refuses is tried again, with backoff, for as
// long as it takes; those behind it wait.
class courier final : public caf::event_based_actor {
public:
  courier(caf::actor_config& config, context_ptr all, std::unique_ptr<change_watch> watch);

  caf::behavior make_behavior() override;
  void on_exit() override;
  const char* name() const override { return "courier"; }

private:
  using errand = std::function<bool()>;  // false: the store cannot now

  void next_errand();
  void rest();
  void wait_for_news();
  void look(bool news);

  // -- others -----------------------------------------------------------------
  void look_after_others();
  void begin_to_give_up(std::size_t surplus);
  bool release_ready();

  // -- errands ----------------------------------------------------------------
  void take_up(const std::vector<std::uint32_t>& shards);
  bool bring_undelivered(const std::vector<std::uint32_t>& gained);
  bool bring_activities(const std::vector<std::uint32_t>& shards, const std::optional<activity_key>& after);
  bool look_for_deletions();
  bool move_horizon(timestamp from, timestamp until, std::size_t limit);
  std::optional<std::vector<message>> undelivered_up_to(timestamp until);
  bool is_refused(const store_error& why);
  void deliver_all(std::vector<message> messages);

  context_ptr context_;
  std::unique_ptr<change_watch> watch_;
  std::unique_ptr<listener> listener_;
  std::deque<errand> errands_;
  std::uint32_t refusals_ = 0;  // in a row
  bool busy_ = true;            // with errands, or resting after them
  bool heard_ = false;          // something has changed since it looked
  bool heartbeat_failed_ = false;
  std::optional<steady_time> alarm_;  // the next one
  std::string position_;              // in the inbox
  timestamp horizon_{};               // timers that are due before have been brought
  steady_time next_look_{};           // although nothing was heard of
  std::uint64_t deletions_ = 0;       // that the dispatchers know of
  std::size_t expected_ = 0;          // shards that dispatchers are emptying
  std::vector<std::uint32_t> empty_;
};

}  // namespace duroxide::internal
