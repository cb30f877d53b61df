// Brings in what other processes, and earlier incarnations, wrote.
#pragma once

#include "actors/clock.hpp"
#include "actors/cluster/heartbeat.hpp"
#include "actors/cluster/listener.hpp"
#include "actors/cluster/shard_balancer.hpp"
#include "actors/messages.hpp"
#include "actors/node_context.hpp"

#include <caf/atom.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace duroxide::internal {

using news_atom = caf::atom_constant<caf::atom("news")>;
using errand_atom = caf::atom_constant<caf::atom("errand")>;
using rested_atom = caf::atom_constant<caf::atom("rested")>;
using empty_atom = caf::atom_constant<caf::atom("empty")>;

// Nobody else sends it anything.
using inbox_reader_self =
    takes<news_atom, errand_atom, rested_atom, wake_atom>::extend<caf::reacts_to<empty_atom, std::uint32_t>>;

// On a thread of its own. First it takes up all that the store holds for this node's shards: undelivered
// messages, timers within the horizon, unfinished activities. From then on it waits for changes made by
// others, without polling, and moves the timer horizon on. Between that it sends heartbeats, and
// gives up shards.
//
// What it has to do is a list of errands. One that the store refuses is tried again, with backoff, for as
// long as it takes; those behind it wait.
class inbox_reader final : public inbox_reader_self::base {
public:
  inbox_reader(caf::actor_config& config, context_ptr context, std::unique_ptr<change_watch> watch);

  behavior_type make_behavior() override;
  void on_exit() override;
  const char* name() const override { return "inbox reader"; }

private:
  using errand = std::function<bool()>;  // false: the store cannot now

  void next_errand();
  void rest();
  void wait_for_news();
  void plan_errands(bool news);

  void send_heartbeat();
  bool release_shards();

  // -- errands ----------------------------------------------------------------
  void take_over(const std::vector<std::uint32_t>& shards);
  bool bring_undelivered(const std::vector<std::uint32_t>& gained);
  bool bring_activities(const std::vector<std::uint32_t>& shards, const std::optional<activity_key>& after);
  bool look_for_deletions();
  bool look_for_awaited_starts();
  bool move_horizon(timestamp from, timestamp until, std::size_t limit);
  std::optional<std::vector<message>> undelivered_up_to(timestamp until);
  bool is_refused(const store_error& why);
  void deliver_all(std::vector<message> messages);

  context_ptr context_;
  std::unique_ptr<change_watch> watch_;
  std::unique_ptr<listener> listener_;
  std::optional<heartbeat> heartbeat_;
  std::optional<shard_balancer> balancer_;
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
};

}  // namespace duroxide::internal
