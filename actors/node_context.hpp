// One incarnation of a node: what it is made of. Immutable once the actors run.
#pragma once

#include "duroxide/options.hpp"
#include "duroxide/provider.hpp"
#include "duroxide/registry.hpp"
#include "actors/activity/activity_room.hpp"
#include "actors/activity/messages.hpp"
#include "actors/host/messages.hpp"
#include "actors/instance/attempt_lines.hpp"
#include "actors/instance/messages.hpp"
#include "actors/metrics.hpp"
#include "actors/shard/messages.hpp"
#include "actors/shard/retry_pace.hpp"
#include "actors/store/messages.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace duroxide::internal {

class awaited_starts;
class local_client;
class owned_shards;
class relocated_instances;
class tree_sweeps;
class turn_gate;
class turn_watch;

// Every actor holds a reference and drops it in on_exit: the handles would otherwise keep one another alive.
struct node_context {
  node_context();

  std::shared_ptr<provider> store;
  std::shared_ptr<const registry> handlers;
  runtime_options options;
  node_membership membership;
  std::shared_ptr<owned_shards> owned;
  std::shared_ptr<relocated_instances> moved;
  std::shared_ptr<awaited_starts> awaited;
  // Whether other nodes might take activities that this one has no time for.
  std::shared_ptr<std::atomic<bool>> has_company = std::make_shared<std::atomic<bool>>(false);
  // Whether activities take so long here that giving some away pays (activity/worker_pace.hpp).
  std::shared_ptr<std::atomic<bool>> gives_away = std::make_shared<std::atomic<bool>>(false);
  // What is due by then, and not yet, is held by the dispatchers; what is due later waits in the store.
  std::shared_ptr<std::atomic<timestamp>> horizon = std::make_shared<std::atomic<timestamp>>();
  std::shared_ptr<turn_gate> gate;
  std::shared_ptr<tree_sweeps> sweeps;
  std::shared_ptr<turn_watch> watch;
  std::function<node_load()> load;
  std::shared_ptr<activity_room> room;
  std::shared_ptr<metrics> counters;
  std::shared_ptr<attempt_lines> failed_attempts = std::make_shared<attempt_lines>();
  std::shared_ptr<retry_pace> retries = std::make_shared<retry_pace>();

  std::shared_ptr<local_client> client;  // for activities, and for what comes to a shard that has gone
  node_actor node;
  std::vector<journal_actor> journals;  // by lane; what has to be written goes to the first one
  store_executor_actor store_executor;
  probation_gate_actor probation_gate;
  activity_pool_actor pool;
  std::vector<dispatcher_actor> dispatchers;  // by shard

  // The instance's shard.
  std::uint32_t shard_of_instance(const std::string& instance) const;
  const dispatcher_actor& dispatcher_of(const std::string& instance) const {
    return dispatchers[shard_of_instance(instance)];
  }
  const journal_actor& journal() const { return journals.front(); }

  // Under which tenure this node owns the instance's shard; 0: it does not.
  std::uint64_t tenure_of(const std::string& instance) const;
  bool owns(const std::string& instance) const { return tenure_of(instance) != 0; }

  // Whether this node runs the activity by itself. Others are claimable: those on a session, because the
  // session may be another node's; those that this node has no handler or no workers for, or whose tag it
  // refuses.
  bool runs_here(const stored_activity& activity) const;
  // Whether it would run the activity if it had a handler: it has workers, and accepts the tag.
  bool accepts(const stored_activity& activity) const;

  // How many activities its workers are busy with for a while, if they take long.
  std::size_t enough_activities() const;

  // How many activities, with how many bytes of inputs, should wait for its workers: as many as it may hold in
  // memory, and, if there are other nodes to which it gives away, no more than enough.
  activity_room::amount most_activities() const;

  template <class Actor> void send_message(Actor& from, message content) const {
    // Chosen first: argument evaluation order is open, and the content is moved from.
    const dispatcher_actor& to = dispatcher_of(content.instance);
    from.send(to, deliver{std::move(content)});
  }
};

}  // namespace duroxide::internal
