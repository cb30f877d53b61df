#include "actors/shard/dispatcher.hpp"

#include "duroxide/detail/pause_signal.hpp"
#include "actors/activity/messages.hpp"
#include "actors/client/local_client.hpp"
#include "actors/clock.hpp"
#include "actors/cluster/owned_shards.hpp"
#include "actors/durable_actor/durable_actor_host.hpp"
#include "actors/instance/instance.hpp"
#include "actors/instance/messages.hpp"
#include "actors/instance/not_registered.hpp"
#include "actors/messages.hpp"
#include "actors/shard/start_if_deleted.hpp"
#include "actors/store/messages.hpp"

#include <caf/send.hpp>

#include <algorithm>
#include <utility>

namespace duroxide::internal {

namespace {

// How often a dispatcher above its limit asks the least recently used instances to leave memory.
constexpr duration above_limit_check{10};

// A durable timer is due by the wall clock, which may be set.
duration between_looks_at_clock() {
  const auto* simulation = duroxide::detail::simulated();
  return simulation && !simulation->wall_clock_may_be_set() ? duration(std::chrono::years(100))
                                                            : std::chrono::minutes(1);
}

// How many instances this shard may have in memory.
std::size_t resident_limit(const node_context& context) {
  return context.options.resident_limit / std::max<std::size_t>(1, context.owned->count());
}

}  // namespace

dispatcher::dispatcher(caf::actor_config& config, std::uint32_t shard)
    : dispatcher_self::base(config), shard_(shard), waits_(*this, context_), deletions_(*this, context_) {}

dispatcher::behavior_type dispatcher::make_behavior() {
  set_down_handler([this](caf::down_msg& down) { on_down(down.source, system().render(down.reason)); });
  dispatcher_own::behavior_type own{
      [this](wake_atom) { wake(); },
      [this](status_known& m) { on_status_known(m); },
      [this](lives_found& m) { on_lives_found(m); },
      [this](taken_back_atom, waiter_list::number waiter) { waits_.list().taken_back(waiter); },
  };
  return join_behaviors<dispatcher_routing, dispatcher_waits, dispatcher_supervision, dispatcher_lifecycle,
                        dispatcher_own>(routing(), waiting(), supervision(), lifecycle(), std::move(own));
}

dispatcher_lifecycle::behavior_type dispatcher::lifecycle() {
  return {
      [this](context_ptr& context) { context_ = std::move(context); },
      [this](stop_atom) {
        drained_ = make_response_promise<void>();
        auto promise = *drained_;
        begin_stopping();
        return promise;
      },
      [this](give_up_shard& m) {
        giving_up_ = std::move(m);
        begin_stopping();
      },
  };
}

void dispatcher::on_exit() {
  residents_.for_each([this](resident& each) {
    if (each.actor) send_exit(each.actor, caf::exit_reason::kill);
  });
  residents_.clear();
  actors_ = {};
  drained_.reset();
  giving_up_.reset();
  waits_.clear();  // they are told at once, and not when the last delayed message has let go of this
  context_.reset();
}

// -- routing ------------------------------------------------------------------

dispatcher_routing::behavior_type dispatcher::routing() {
  return {
      [this](deliver& m) { route(std::move(m.content)); },
      [this](deliver_many& m) {
        for (message& each : m.contents) route(std::move(each));
      },
      [this](activities_not_in_pool& m) { route(std::move(m)); },
      [this](local_child_start& m) { route(std::move(m)); },
      [this](start_here& m) { start(std::move(m)); },
      [this](ask_here& m) { ask(std::move(m)); },
      [this](query_here& m) { query(std::move(m)); },
      [this](found_deleted& m) {
        const std::string& instance = m.start.what.instance;
        const resident* entry = residents_.find(instance);
        if (entry != nullptr && entry->actor) return send(entry->actor, std::move(m));
        if (entry != nullptr) residents_.remove(instance);
        start(std::move(m.start));
      },
      [this](add_timers& m) {
        for (message& timer : m.timers) timers_.add(std::move(timer));
        arm();
      },
      [this](cancel_timers& m) {
        for (std::uint64_t id : m.message_ids) timers_.cancel(id);
      },
  };
}

// The instance may have been relocated, or this node may have learnt of it, after the message was sent. Then the
// message goes to the dispatcher of the new shard.
void dispatcher::route(message content) {
  if (context_->shard_of_instance(content.instance) != shard_)
    return context_->send_message(*this, std::move(content));
  if (!context_->owned->contains(shard_)) return pass_on(std::move(content));
  if (is_for_later(content, wall_clock_now())) {
    if (content.kind == message_kind::start) waits_.look_up_start(content.instance);
    timers_.add(std::move(content));
    return arm();
  }
  resident* entry = residents_.find(content.instance);
  if (entry == nullptr) {
    // While the node stops, what has a row in the store waits there for the next start.
    if (drained_ && content.id != 0) return;
    entry = &spawn_instance(content.instance, instance_states::loading());
  }
  if (!entry->actor) return hold(*entry, std::move(content));
  residents_.use(*entry);
  send(entry->actor, deliver{std::move(content)});
}

// What has a row comes with the load. An outcome gets a row if it cannot be taken here, or nobody knows when: while the
// node stops, and if the instance is paused.
void dispatcher::hold(resident& parked, message content) {
  if (duroxide::detail::needs_no_code(content)) return call(parked, content.instance);
  if (content.id != 0) return;
  if (content.kind != message_kind::activity_done || !(parked.is_paused() || drained_))
    return parked.held.push_back(std::move(content));
  content.visible_at = wall_clock_now();
  activity_key key{content.instance, content.execution, content.source, content.life};
  send(context_->journal(), commit_outcome{std::move(key), std::move(content)});
}

// An instance that has left memory is loaded again, because nothing else would run these activities. While it is still
// leaving, the request is held back: an outcome may be in its mailbox.
void dispatcher::route(activities_not_in_pool request) {
  if (!context_->owned->contains(shard_) || is_stopping()) return;
  const std::string& instance = request.unfinished.instance;
  if (actors_.is_leaving(instance)) return actors_.hold_back(std::move(request));
  const resident* entry = residents_.find(instance);
  if (entry == nullptr)
    spawn_instance(instance, instance_states::loading());
  else if (entry->actor)
    send(entry->actor, std::move(request));
}

// An instance that already has an entry here gets the start as an ordinary message. Otherwise its actor is built from
// the parent's commit, without a load.
void dispatcher::route(local_child_start child) {
  const std::string instance = child.stored.instance;
  const bool is_here =
      context_->shard_of_instance(instance) == shard_ && context_->owned->contains(shard_) && !is_stopping();
  if (!is_here || residents_.contains(instance) || is_for_later(child.start, wall_clock_now()))
    return route(std::move(child.start));
  spawn_instance(instance, instance_states::adopting{std::make_unique<local_child_start>(std::move(child))});
}

void dispatcher::start(start_here request) {
  const start_request& what = request.what;
  if (!context_->owned->contains(shard_))
    return context_->client->start_now(std::move(request.what), std::move(request.done));
  if (resident* entry = residents_.find(what.instance)) {
    if (!entry->actor)
      return start_if_deleted(dispatcher_actor(this), context_->store_executor, std::move(request));
    residents_.use(*entry);
    return send(entry->actor, std::move(request));
  }
  if (drained_) return;  // the caller is told that the runtime stops
  if (!context_->handlers->find_orchestration(what.orchestration, what.options.version))
    return request.done(not_registered(*context_->handlers, what.orchestration, what.options.version));
  const std::string instance = what.instance;
  spawn_instance(instance, instance_states::starting{std::make_unique<start_here>(std::move(request))});
}

// By way of the store, another node may get it.
void dispatcher::ask(ask_here request) {
  if (!context_->owned->contains(shard_)) return context_->client->ask_through_store(std::move(request));
  const std::string id = request.what.receiver.instance_id();
  resident* entry = residents_.find(id);
  if (entry == nullptr) {
    if (drained_) return;  // the caller is told that the runtime stops
    entry = &spawn_instance(id, instance_states::loading());
  }
  if (!entry->actor) return context_->client->ask_through_store(std::move(request));
  residents_.use(*entry);
  send(entry->actor, std::move(request));
}

void dispatcher::query(query_here request) {
  const std::string id = request.what.receiver.instance_id();
  const resident* entry = residents_.find(id);
  if (entry == nullptr || !entry->actor) return context_->client->query_stored(std::move(request));
  send(entry->actor, std::move(request));
}

dispatcher::resident& dispatcher::spawn_instance(const std::string& id, instance_state::any first,
                                                 forced_failure failure) {
  const bool is_loaded = std::holds_alternative<instance_states::loading>(first);
  instance_actor actor = duroxide::detail::is_actor_id(id)
                             ? spawn<durable_actor_host, caf::monitored>(context_, dispatcher_actor(this), id)
                             : spawn<instance, caf::monitored>(context_, dispatcher_actor(this), id,
                                                               std::move(first), std::move(failure));
  actors_.add(actor.address(), id);
  resident& entry = residents_.add(id, std::move(actor));
  if (is_loaded && is_stopping()) send(entry.actor, stop_atom::value);
  waits_.look_up_start(id);
  arm();
  return entry;
}

// To the shard's owner. A message has a row in the store, where it waits for the owner, who may have looked
// before it was there. The outcome of an activity that ran here has none.
void dispatcher::pass_on(message content) {
  if (content.id != 0) return context_->store->notify_owner(shard_);
  if (content.kind != message_kind::activity_done) return;
  activity_key key{content.instance, content.execution, content.source, content.life};
  send(context_->pool, claim_done{std::move(key), std::move(content)});
}

// -- time ---------------------------------------------------------------------

void dispatcher::wake() {
  armed_for_.reset();
  for (message& due : timers_.take_due(wall_clock_now())) route(std::move(due));
  const steady_time now = steady_now();
  waits_.list().expire(now, [this](const std::string& instance) { return problem_of(instance); });
  retry(now);
  // It stays if it has something to do.
  for (const instance_actor& each :
       residents_.idle(now - context_->options.passivate_after, resident_limit(*context_)))
    send(each, passivate_atom::value);
  arm();
}

// One delayed message for whatever comes first.
void dispatcher::arm() {
  const steady_time now = steady_now();
  std::optional<steady_time> first = waits_.list().next_deadline();
  const auto consider = [&first](steady_time time) { first = first ? std::min(*first, time) : time; };
  if (auto timer = timers_.next())
    consider(now + std::clamp<duration>(*timer - wall_clock_now(), duration(0), between_looks_at_clock()));
  if (residents_.in_memory() > resident_limit(*context_))
    consider(now + above_limit_check);
  else if (residents_.in_memory() > 0)
    consider(now + std::max<duration>(context_->options.passivate_after / 4, above_limit_check));
  if (auto due = residents_.next_due(); due && !is_stopping()) consider(std::max(*due, no_retry_before_));
  if (!first || (armed_for_ && *armed_for_ <= *first)) return;
  armed_for_ = first;
  delayed_send(this, std::max(*first - now, steady_time::duration::zero()), wake_atom::value);
}

// -- stopping -----------------------------------------------------------------

void dispatcher::begin_stopping() {
  residents_.for_each([this](resident& each) {
    if (each.actor) return send(each.actor, stop_atom::value);
    for (message& held : std::exchange(each.held, {})) hold(each, std::move(held));
  });
  finish_stopping();
}

// Parked instances have nothing under way but notes of their problems, which must not come behind what the next owner
// writes. What waits for a time waits in the store; clients wait there too.
void dispatcher::finish_stopping() {
  if (!actors_.empty() || (giving_up_ && notes_ > 0)) return;
  if (auto request = std::exchange(giving_up_, std::nullopt)) {
    residents_.for_each([this](resident& each) {
      for (message& held : each.held) pass_on(std::move(held));
    });
    residents_.clear();
    timers_.clear();
    waits_.hand_over_all();
    request->given_up(shard_);
  }
  if (drained_ && drained_->pending()) fulfil(*drained_);
}

}  // namespace duroxide::internal
