#include "actors/host/incarnation.hpp"

#include "actors/activity/activity_pool.hpp"
#include "actors/activity/builtin_activities.hpp"
#include "actors/activity/messages.hpp"
#include "actors/blocking.hpp"
#include "actors/cluster/inbox_reader.hpp"
#include "actors/cluster/owned_shards.hpp"
#include "actors/durable_actor/answer_retention.hpp"
#include "actors/instance/probation_gate.hpp"
#include "actors/log.hpp"
#include "actors/shard/dispatcher.hpp"
#include "actors/shard/messages.hpp"
#include "actors/store/journal.hpp"
#include "actors/store/messages.hpp"
#include "actors/store/reader.hpp"
#include "actors/store/retention.hpp"
#include "actors/store/store_executor.hpp"

#include <caf/send.hpp>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace duroxide::internal {

namespace {

// Actors that are told to end do so at once, unless code of an orchestration keeps all threads: then they end
// after it. What is theirs is fenced by then.
constexpr duration for_their_end = std::chrono::seconds(1);

caf::strong_actor_ptr reference_to(const auto& actor) {
  return caf::actor_cast<caf::strong_actor_ptr>(actor);
}

std::vector<stoppable_actor> stoppable(const auto& actors) { return {actors.begin(), actors.end()}; }

std::string host_and_process() {
  char host[256] = "localhost";
  gethostname(host, sizeof host - 1);
  return std::string(host) + ":" + std::to_string(getpid());
}

// Leaves the store again, unless all goes well.
class membership_guard {
public:
  membership_guard(provider& store, std::uint64_t node) : store_(&store), node_(node) {}
  membership_guard(const membership_guard&) = delete;
  membership_guard& operator=(const membership_guard&) = delete;
  ~membership_guard() {
    if (store_) (void)store_->leave(node_).has_value();
  }
  void dismiss() { store_ = nullptr; }

private:
  provider* store_;
  std::uint64_t node_;
};

std::vector<std::unique_ptr<store_writer>> open_lanes(provider& store, std::uint64_t node,
                                                      const runtime_options& options) {
  const std::size_t count = options.journal_lanes.value_or(store.preferred_lanes());
  std::vector<std::unique_ptr<store_writer>> lanes;
  for (std::uint32_t lane = 0; lane < count; ++lane) lanes.push_back(store.open_writer(node, lane).value());
  return lanes;
}

// Each journal holds the handle of the next lane's journal.
std::vector<journal_actor> spawn_journals(caf::actor_system& system,
                                          std::vector<std::unique_ptr<store_writer>> lanes,
                                          std::size_t batch_limit) {
  std::vector<journal_actor> journals(lanes.size());
  journal_actor next;
  for (std::size_t lane = lanes.size(); lane-- > 0;) {
    journals[lane] = spawn_blocking<journal>(system, std::move(lanes[lane]), std::move(next), batch_limit);
    next = journals[lane];
  }
  return journals;
}

std::size_t as_size(std::int64_t gauge) { return static_cast<std::size_t>(std::max<std::int64_t>(0, gauge)); }

std::function<node_load()> load_of(const node_shared& shared) {
  return [counters = shared.counters, in_use = shared.in_use] {
    node_load now{static_cast<std::uint64_t>(counters->resident_instances), 0, 0};
    now.queued_activities = as_size(counters->asynchronous.waiting);
    if (auto threads = in_use->get()) {
      now.queued_activities += threads->queue().waiting();
      now.running_activities = threads->queue().running();
    }
    return now;
  };
}

std::shared_ptr<activity_room> room_of(const node_shared& shared) {
  return std::make_shared<activity_room>([counters = shared.counters, in_use = shared.in_use] {
    activity_room::amount queued{as_size(counters->asynchronous.waiting),
                                 as_size(counters->asynchronous.waiting_bytes)};
    if (const auto threads = in_use->get()) {
      queued.count += threads->queue().waiting();
      queued.bytes += threads->queue().waiting_bytes();
    }
    return queued;
  });
}

// What all actors of it know; `join` has made this process a member. The actors themselves are not there yet.
std::shared_ptr<node_context> join(provider& store, const std::shared_ptr<const registry>& handlers,
                                   const runtime_options& options, const std::string& name) {
  auto context = std::make_shared<node_context>();
  context->handlers = handlers;
  context->options = options;
  const bool runs_orchestrations =
      options.orchestration_concurrency != std::size_t{0} && handlers->has_instances();
  context->membership = store
                            .join({name, handlers->offered_orchestrations(), offered_activities(*handlers),
                                   runs_orchestrations})
                            .value();
  context->owned =
      std::make_shared<owned_shards>(context->membership.shard_count, context->membership.shards);
  return context;
}

// Where outcomes go from a worker's thread. The actors must not outlive their incarnation.
struct outcome_targets {
  std::vector<weak_actor<dispatcher_actor>> dispatchers;  // by shard
  weak_actor<activity_pool_actor> pool;

  void send(const activity_key& key, bool claimed, std::optional<message> outcome) const {
    if (claimed) {
      pool.send(claim_done{key, std::move(outcome)});
    } else if (outcome) {
      const std::uint32_t shard = shard_of(key.instance, static_cast<std::uint32_t>(dispatchers.size()));
      dispatchers[shard].send(deliver{*std::move(outcome)});
    }
  }
};

std::shared_ptr<worker_setting> setting_of_workers(const node_context& context, const std::string& name,
                                                   std::shared_ptr<const outcome_targets> targets) {
  auto setting = std::make_shared<worker_setting>();
  setting->node_name = name;
  setting->handlers = context.handlers;
  setting->counters = context.counters;
  setting->payload_limit = context.options.payload_limit;
  setting->turn_limit = context.options.turn_limit;
  setting->asynchronous_limit = context.options.async_activity_limit;
  setting->report = [targets = std::move(targets)](const activity_key& key, bool claimed,
                                                   std::optional<message> outcome) {
    targets->send(key, claimed, std::move(outcome));
  };
  return setting;
}

void spawn_parts(caf::actor_system& system, node_context& context,
                 std::vector<std::unique_ptr<store_writer>> writers, const std::vector<reader_actor>& readers,
                 const std::shared_ptr<workers>& threads) {
  context.journals = spawn_journals(system, std::move(writers), context.options.commit_batch_limit);
  context.store_executor = spawn_blocking<store_executor>(system, context.store, readers);
  context.probation_gate = system.spawn<probation_gate>();
  context.pool = system.spawn<activity_pool>(threads);
  for (std::uint32_t shard = 0; shard < context.membership.shard_count; ++shard)
    context.dispatchers.push_back(system.spawn<dispatcher>(shard));
}

}  // namespace

incarnation::incarnation(caf::actor_system& system, const std::shared_ptr<provider>& store,
                         const std::shared_ptr<const registry>& handlers, const runtime_options& options,
                         node_actor node, const node_shared& shared)
    : system_(system) {
  const std::string name = host_and_process();
  auto context = join(*store, handlers, options, name);
  membership_guard joined(*store, context->membership.node);
  auto writers = open_lanes(*store, context->membership.node, options);
  auto watch = store->watch(watch_scope::others).value();
  context->store = store;
  context->node = std::move(node);
  context->client = shared.client;
  context->counters = shared.counters;
  context->watch = shared.watch;
  context->load = load_of(shared);
  context->room = room_of(shared);

  auto targets = std::make_shared<outcome_targets>();
  workers_ = std::make_shared<workers>(system, options.worker_concurrency,
                                       setting_of_workers(*context, name, targets));
  shared.in_use->set(workers_);
  for (std::size_t i = 0; i < store_executor::count_of_readers; ++i)
    readers_.push_back(spawn_blocking<reader>(system, store));
  spawn_parts(system, *context, std::move(writers), readers_, workers_);
  targets->pool = context->pool;
  targets->dispatchers.assign(context->dispatchers.begin(), context->dispatchers.end());
  context_ = std::move(context);
  for (const journal_actor& each : context_->journals) caf::anon_send(each, context_);
  caf::anon_send(context_->pool, context_);
  if (context_->owned->any()) caf::anon_send(context_->pool, begin_takeover_atom::value);
  for (const dispatcher_actor& each : context_->dispatchers) caf::anon_send(each, context_);
  helpers_.push_back(reference_to(spawn_blocking<inbox_reader>(system, context_, std::move(watch))));
  if (retention::is_wanted(options))
    helpers_.push_back(reference_to(spawn_blocking<retention>(system, context_)));
  if (handlers->has_actors()) helpers_.push_back(reference_to(system.spawn<answer_retention>(context_)));
  joined.dismiss();
}

std::vector<caf::strong_actor_ptr> incarnation::actors() const {
  std::vector<caf::strong_actor_ptr> all = helpers_;
  const auto add = [&all](const auto& actor) { all.push_back(reference_to(actor)); };
  std::ranges::for_each(context_->dispatchers, add);
  std::ranges::for_each(context_->journals, add);
  std::ranges::for_each(readers_, add);
  add(context_->pool);
  add(context_->store_executor);
  add(context_->probation_gate);
  return all;
}

void incarnation::drain_and_leave(duration limit) {
  end_helpers();
  // Activities first, so that their outcomes still count; then the turns that are under way; then the pool
  // once more, to which dispatchers pass the outcomes for instances of shards that have just been given up;
  // then the commits of all these.
  deadline activities(limit);
  workers_->drain(limit);
  if (!stop_in_time({context_->pool}, activities, "an asynchronous activity was still running"))
    caf::anon_send(context_->pool, abandon_atom::value);
  workers_->end(context_->options.activity_cancellation_grace_period);
  deadline turns(limit);
  for (const journal_actor& each : context_->journals) caf::anon_send(each, hurry_atom::value);
  stop_in_time(stoppable(context_->dispatchers), turns, "an instance was still busy");
  stop_in_time({context_->pool}, turns, "an outcome was not passed on");
  stop_in_time(stoppable(context_->journals), turns, "the store could not commit");
  std::uint64_t node = context_->membership.node;
  std::shared_ptr<provider> store = context_->store;
  const std::vector<std::uint32_t> suspect = context_->owned->suspect();
  end_all();
  if (auto left = store->leave(node, suspect); !left)
    log_warning("duroxide: the store was not told that this node left: {}",
                field("error", left.error().message), field("node", node));
}

void incarnation::kill() {
  end_helpers();
  end_all();
  workers_->drain(duration::zero());  // what still runs is not ours any more
  workers_->end(duration::zero());
}

// What is not done by then is done again at the next start.
bool incarnation::stop_in_time(const std::vector<stoppable_actor>& actors, const deadline& until,
                               const char* otherwise) {
  if (ask_to_stop(system_, actors, until.rest()) == 0) return true;
  log_warning("duroxide: {} when the runtime stopped; it is done again at the next start",
              field("reason", otherwise), field("node", context_->membership.node));
  return false;
}

void incarnation::end_helpers() { end_actors(std::exchange(helpers_, {}), for_their_end); }

void incarnation::end_all() {
  const std::vector<caf::strong_actor_ptr> all = actors();
  readers_.clear();
  context_.reset();
  end_actors(all, for_their_end);
}

duration incarnation::longest_drain(duration limit, const runtime_options& options) {
  const duration limits =
      std::min(limit, duroxide::detail::longest_delay / 4) * 2 +
      std::min(options.activity_cancellation_grace_period, duroxide::detail::longest_delay / 4);
  return limits + 2 * for_their_end + std::chrono::minutes(1);
}

}  // namespace duroxide::internal
