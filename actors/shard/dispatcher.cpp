#include "actors/shard/dispatcher.hpp"

#include "actors/activity/messages.hpp"
#include "actors/backoff.hpp"
#include "actors/client/local_client.hpp"
#include "actors/clock.hpp"
#include "actors/cluster/owned_shards.hpp"
#include "actors/cluster/relocated_instances.hpp"
#include "actors/instance/messages.hpp"
#include "actors/instance/not_registered.hpp"
#include "actors/log.hpp"
#include "actors/messages.hpp"
#include "actors/shard/messages.hpp"
#include "actors/shard/start_if_deleted.hpp"
#include "actors/store/messages.hpp"

#include <caf/send.hpp>

#include <algorithm>

namespace duroxide::internal {

namespace {

// How often a dispatcher with too many instances in memory asks the oldest of them to leave.
constexpr duration above_limit_check{10};

// A durable timer is due by the wall clock, which may be set.
duration between_looks_at_clock() {
  const auto* around = duroxide::detail::simulated();
  return around && !around->wall_clock_may_be_set() ? duration(std::chrono::years(100))
                                                    : std::chrono::minutes(1);
}

error_details poison(const std::string& instance, const std::vector<std::string>& failures) {
  std::string text = "instance '" + instance + "' could not be run; gave up after " +
                     std::to_string(failures.size()) + " attempts:";
  for (std::size_t i = 0; i < failures.size(); ++i) text += " (" + std::to_string(i + 1) + ") " + failures[i];
  return {error_category::poison, error_kind::attempts_exhausted, std::move(text), {}};
}

}  // namespace

dispatcher::dispatcher(caf::actor_config& config, std::uint32_t shard)
    : event_based_actor(config), shard_(shard) {}

caf::behavior dispatcher::make_behavior() {
  set_down_handler([this](caf::down_msg& down) { on_down(down.source, system().render(down.reason)); });
  return {
      [this](context_ptr& all) { context_ = std::move(all); },
      [this](deliver& m) { route(std::move(m.content)); },
      [this](deliver_many& m) {
        for (auto& each : m.contents) route(std::move(each));
      },
      [this](unclaimed_activities& m) { route(std::move(m)); },
      [this](local_child_start& m) { route(std::move(m)); },
      [this](start_here& m) { start(std::move(m)); },
      [this](found_deleted& m) {
        auto at = residents_.find(m.start.what.instance);
        if (at != residents_.end() && at->second.actor) return send(at->second.actor, std::move(m));
        // One that is parked is in no order of use.
        if (at != residents_.end() && !at->second.actor) residents_.erase(at);
        start(std::move(m.start));
      },
      [this](wait_here& m) { wait(std::move(m)); },
      [this](status_known& m) { on_status_known(m); },
      [this](taken_back_atom, waiter_list::number waiter) { waiters_.taken_back(waiter); },
      [this](find_deleted_atom) { find_deleted(); },
      [this](lives_found& m) { on_lives_found(m); },
      [this](status_changed& m) { on_status_changed(m); },
      [this](add_timers& m) {
        for (auto& timer : m.timers) timers_.add(std::move(timer));
        arm();
      },
      [this](cancel_timers& m) {
        for (std::uint64_t id : m.message_ids) timers_.cancel(id);
      },
      [this](leaving& m) { on_leaving(m); },
      [this](recovered_atom) { on_recovered(); },
      [this](wake_atom) { wake(); },
      [this](stop_atom) { return drain(); },
      [this](give_up_shard& m) { give_up(std::move(m)); },
      [this](relocated& m) { on_relocated(m); },
  };
}

void dispatcher::on_exit() {
  for (auto& [id, entry] : residents_)
    if (entry.actor) send_exit(entry.actor, caf::exit_reason::kill);
  residents_.clear();
  by_actor_.clear();
  departing_.clear();
  drained_.reset();
  giving_up_.reset();
  waiters_ = {};  // they are told at once, and not when the last delayed message has let go of this
  context_.reset();
}

// -- routing ------------------------------------------------------------------

void dispatcher::route(message content) {
  // It may have been moved, or be known to be moved, only since the message was sent.
  if (context_->shard_of_instance(content.instance) != shard_)
    return context_->send_message(*this, std::move(content));
  if (!is_ours()) return pass_on(std::move(content));
  if (is_for_later(content, wall_clock_now())) {
    timers_.add(std::move(content));
    return arm();
  }
  auto at = residents_.find(content.instance);
  if (at == residents_.end()) {
    // While the node stops, what has a row in the store waits there for the next start.
    if (drained_ && content.id != 0) return;
    at = spawn_loading(content.instance, std::nullopt);
  }
  if (!at->second.actor) {
    if (content.id == 0) at->second.held.push_back(std::move(content));  // the rest comes with the load
    return;
  }
  touch(at);
  send(at->second.actor, deliver{std::move(content)});
}

// If it has left meanwhile, it is loaded once more: nobody else would run them. An outcome may still be in
// the mailbox of one that leaves.
void dispatcher::route(unclaimed_activities request) {
  if (!is_ours() || giving_up_ || drained_) return;
  const std::string& id = request.of.instance;
  if (auto going = departing_.find(id); going != departing_.end())
    going->second.behind.push_back(std::move(request));
  else if (auto at = residents_.find(id); at == residents_.end())
    spawn_loading(id, std::nullopt);
  else if (at->second.actor)
    send(at->second.actor, std::move(request));
}

// If anybody has come to it before, that one reads it, and takes the message that starts it.
void dispatcher::route(local_child_start child) {
  const std::string id = child.stored.instance;
  bool is_here = context_->shard_of_instance(id) == shard_ && is_ours() && !drained_ && !giving_up_;
  if (!is_here || residents_.contains(id) || is_for_later(child.start, wall_clock_now()))
    return route(std::move(child.start));
  resident& entry = residents_[id];
  watch_over(entry, id,
             spawn<instance, caf::monitored>(context_, caf::actor(this), id,
                                             instance_states::adopting{std::move(child)}));
}

void dispatcher::start(start_here request) {
  if (!is_ours()) return context_->client->start_now(std::move(request.what), std::move(request.done));
  const std::string& id = request.what.instance;
  if (auto at = residents_.find(id); at != residents_.end()) {
    if (!at->second.actor)
      return start_if_deleted(caf::actor(this), context_->store_executor, std::move(request));
    touch(at);
    return send(at->second.actor, std::move(request));
  }
  if (drained_) return;  // the caller is told that the runtime stops
  const start_request& what = request.what;
  if (!context_->handlers->find_orchestration(what.orchestration, what.options.version))
    return request.done(not_registered(*context_->handlers, what.orchestration, what.options.version));
  auto [at, added] = residents_.try_emplace(id);
  std::string instance_id = id;
  watch_over(at->second, instance_id,
             spawn<instance, caf::monitored>(context_, caf::actor(this), instance_id,
                                             instance_states::starting{std::move(request)}));
}

dispatcher::residents::iterator dispatcher::spawn_loading(const std::string& id, forced_failure failure) {
  auto [at, added] = residents_.try_emplace(id);
  watch_over(at->second, id,
             spawn<instance, caf::monitored>(context_, caf::actor(this), id, instance_states::loading(),
                                             std::move(failure)));
  if (drained_ || giving_up_) send(at->second.actor, stop_atom::value);
  return at;
}

void dispatcher::watch_over(resident& entry, const std::string& id, caf::actor actor) {
  by_actor_.emplace(actor.address(), id);
  entry.actor = std::move(actor);
  entry.last_used = steady_now();
  entry.in_use_order = use_order_.insert(use_order_.end(), id);
  arm();
}

void dispatcher::touch(residents::iterator at) {
  at->second.last_used = steady_now();
  use_order_.splice(use_order_.end(), use_order_, at->second.in_use_order);
}

// -- supervision --------------------------------------------------------------

void dispatcher::on_leaving(const leaving& m) {
  waiters_.left_memory(m.instance, m.life);
  auto at = residents_.find(m.instance);
  caf::actor actor = caf::actor_cast<caf::actor>(current_sender());
  send(actor, bye_atom::value);
  if (m.reason == leave_reason::ended) {  // nothing that it gives back is for anybody
    demonitor(actor);
    by_actor_.erase(actor.address());
  } else {
    ++departing_[m.instance].actors;
  }
  if (at == residents_.end() || at->second.actor != actor) return;
  if (m.reason == leave_reason::broken || m.reason == leave_reason::not_registered)
    park(at, m.detail);
  else if (m.reason == leave_reason::refused)
    park_refused(at);
  else
    forget(at);
  if (m.reason == leave_reason::not_registered) find_other_node(m.instance, m.needs);
  if (m.reason == leave_reason::moved) return hand_over_waiters(m.instance);
  if (m.reason == leave_reason::ended || m.reason == leave_reason::not_found)
    context_->moved->forget(m.instance);
  // It may have ended before it was loaded, or never have been: then it tells its waiters nothing.
  if (m.reason != leave_reason::passivated) look_up_waiters(m.instance);
  finish_drain();
}

void dispatcher::on_down(const caf::actor_addr& actor, const std::string& reason) {
  auto known = by_actor_.find(actor);
  if (known == by_actor_.end()) return;
  const std::string id = std::move(known->second);
  by_actor_.erase(known);
  auto at = residents_.find(id);
  if (at == residents_.end() || at->second.actor != actor) return has_departed(id);
  log_error("duroxide: the actor of instance '{}' died ({}); it is rebuilt from the store", at->first,
            reason);
  park(at, "its actor died: " + reason);
  finish_drain();
}

void dispatcher::has_departed(const std::string& id) {
  if (auto at = departing_.find(id); --at->second.actors == 0) {
    std::vector<unclaimed_activities> behind = std::move(at->second.behind);
    departing_.erase(at);
    for (unclaimed_activities& each : behind) route(std::move(each));
  }
  finish_drain();
}

void dispatcher::park(residents::iterator at, std::string failure) {
  resident& entry = at->second;
  const runtime_options& options = context_->options;
  if (entry.failures.empty())
    log_warning("duroxide: instance '{}' cannot be run now: {}", at->first, failure);
  // One that cannot even be read is tried for as long as it takes; there is no end to record for it.
  if (entry.failures.size() >= 2 * std::size_t{options.max_failed_attempts}) entry.failures.pop_back();
  entry.failures.push_back(std::move(failure));
  auto attempt = static_cast<std::uint32_t>(entry.failures.size());
  // A first failure may be a race that a second look settles: look at once.
  duration wait = attempt == 1 && !drained_
                      ? duration(1)
                      : exponential_backoff(options.unregistered_backoff_base,
                                            options.unregistered_backoff_limit, attempt - 1);
  set_aside(at, wait);
}

void dispatcher::park_refused(residents::iterator at) {
  const runtime_options& options = context_->options;
  set_aside(at, exponential_backoff(options.unregistered_backoff_base, options.unregistered_backoff_limit,
                                    ++at->second.refusals));
}

void dispatcher::set_aside(residents::iterator at, duration wait) {
  at->second.actor = nullptr;
  use_order_.erase(at->second.in_use_order);
  retries_.emplace(steady_in(wait), at->first);
  arm();
}

// Another node may be able to run it. Until there is one it is tried here again and again.
void dispatcher::find_other_node(const std::string& instance, const instance_needs& needs) {
  if (!context_->owned->is_partial()) return;
  auto self = caf::actor_cast<caf::actor_addr>(this);
  send(context_->store_executor,
       ask_store{[self, instance, needs, node = context_->membership.node](provider& store) {
         auto found = store.relocate(node, instance, needs);
         if (!found || !*found) return;
         if (auto to = caf::actor_cast<caf::actor>(self)) caf::anon_send(to, relocated{instance, **found});
       }});
}

// If an actor tries it just now, that finds out by itself.
void dispatcher::on_relocated(const relocated& m) {
  log_info("duroxide: instance '{}' goes to a node that can run it", m.instance);
  context_->moved->settle(m.instance, m.shard);
  auto at = residents_.find(m.instance);
  if (at == residents_.end() || at->second.actor) return;
  std::vector<message> held = std::exchange(at->second.held, {});
  residents_.erase(at);
  for (message& each : held) pass_on(std::move(each));
  hand_over_waiters(m.instance);
}

void dispatcher::hand_over_waiters(const std::string& instance) {
  waiters_.hand_over(instance, steady_now(), [this](wait_request what, reply<instance_status> answer) {
    context_->client->wait(std::move(what), std::move(answer));
  });
}

void dispatcher::retry(steady_time current) {
  while (!drained_ && !giving_up_ && !retries_.empty() && retries_.begin()->first <= current) {
    std::string id = std::move(retries_.begin()->second);
    retries_.erase(retries_.begin());
    auto at = residents_.find(id);
    if (at != residents_.end() && !at->second.actor) try_again(at);
  }
}

void dispatcher::try_again(residents::iterator at) {
  resident& entry = at->second;
  forced_failure failure;
  if (entry.failures.size() >= context_->options.max_failed_attempts)
    failure = poison(at->first, entry.failures);
  std::vector<message> held = std::exchange(entry.held, {});
  spawn_loading(at->first, std::move(failure));
  send(entry.actor, tried_again_atom::value);
  if (!held.empty()) send(entry.actor, deliver_many{std::move(held)});
}

void dispatcher::on_recovered() {
  const auto known = by_actor_.find(caf::actor_cast<caf::actor_addr>(current_sender()));
  if (known == by_actor_.end()) return;
  const auto at = residents_.find(known->second);
  if (at == residents_.end() || at->second.actor != current_sender()) return;
  at->second.failures.clear();
  at->second.refusals = 0;
}

void dispatcher::forget(residents::iterator at) {
  use_order_.erase(at->second.in_use_order);
  residents_.erase(at);
}

// -- waiting ------------------------------------------------------------------

void dispatcher::on_status_changed(const status_changed& m) {
  waiters_.notify(m.instance, m.status, m.kv);
  if (!is_terminal(m.status.status)) return;
  const auto at = residents_.find(m.instance);
  if (at != residents_.end() && at->second.actor == current_sender()) at->second.ended_life = m.status.life;
}

void dispatcher::wait(wait_here request) {
  if (!is_ours()) return context_->client->wait(std::move(request.what), std::move(request.done));
  const wait_request what = request.what;
  const auto known = residents_.find(what.instance);
  // Whoever knows of the end may have replaced the instance by now, and mean the new one.
  const std::uint64_t ended_life = known != residents_.end() ? known->second.ended_life : 0;
  const auto waiter = waiters_.add(std::move(request.what), std::move(request.done), ended_life);
  if (what.taken_back.stop_possible())
    waiters_.on_taking_back(waiter, [self = caf::actor_cast<caf::actor_addr>(this), waiter] {
      if (auto to = caf::actor_cast<caf::actor>(self)) caf::anon_send(to, taken_back_atom::value, waiter);
    });
  arm();
  // A resident instance tells when it ends; everything else must be looked up.
  bool for_the_end = !what.after_custom_status && !what.kv_key;
  if (!for_the_end || known == residents_.end() || ended_life != 0) look_up(waiter, what);
}

void dispatcher::look_up(waiter_list::number waiter, const wait_request& what) {
  auto self = caf::actor_cast<caf::actor_addr>(this);
  send(context_->store_executor, ask_store{[self, waiter, what](provider& store) {
         status_known known{waiter, what.instance, store.status(what.instance)};
         if (what.kv_key)
           if (auto found = store.kv(what.instance, what.kv_key)) known.has_key = !found->empty();
         if (auto to = caf::actor_cast<caf::actor>(self)) caf::anon_send(to, std::move(known));
       }});
}

void dispatcher::look_up_waiters(const std::string& instance) {
  for (const auto waiter : waiters_.waiting_for(instance)) look_up(waiter, waiters_.request_of(waiter));
}

void dispatcher::on_status_known(status_known& m) {
  if (!m.status)
    return waiters_.fail_one(
        m.waiter, {error_category::infrastructure, m.status.error().kind, m.status.error().message, {}});
  const bool is_there = m.status->status != runtime_status::not_found;
  if (!is_there && residents_.contains(m.instance)) return;  // it is being created
  waiters_.look_found(m.waiter, *m.status, m.has_key);
  // It may be on another shard, and only its being loaded tells.
  bool runs = is_there && !is_terminal(m.status->status);
  bool may_load = is_ours() && !drained_ && !giving_up_ && !residents_.contains(m.instance);
  if (runs && may_load) spawn_loading(m.instance, std::nullopt);
}

// -- time ---------------------------------------------------------------------

void dispatcher::wake() {
  armed_for_.reset();
  for (message& due : timers_.take_due(wall_clock_now())) route(std::move(due));
  steady_time current = steady_now();
  waiters_.expire(current);
  retry(current);
  sweep(current);
  arm();
}

void dispatcher::sweep(steady_time current) {
  const runtime_options& options = context_->options;
  std::size_t surplus = use_order_.size() > resident_limit() ? use_order_.size() - resident_limit() : 0;
  for (const std::string& id : use_order_) {
    const resident& entry = residents_.find(id)->second;
    if (surplus == 0 && entry.last_used + options.passivate_after > current) break;
    surplus -= std::min<std::size_t>(surplus, 1);
    send(entry.actor, passivate_atom::value);  // it stays if it has something to do
  }
}

std::size_t dispatcher::resident_limit() const {
  return context_->options.resident_limit / std::max<std::size_t>(1, context_->owned->count());
}

// One delayed message for whatever comes first.
void dispatcher::arm() {
  steady_time current = steady_now();
  std::optional<steady_time> first = waiters_.next_deadline();
  auto consider = [&first](steady_time at) { first = first ? std::min(*first, at) : at; };
  if (auto timer = timers_.next())
    consider(current +
             std::clamp<duration>(*timer - wall_clock_now(), duration(0), between_looks_at_clock()));
  if (use_order_.size() > resident_limit())
    consider(current + above_limit_check);
  else if (!use_order_.empty())
    consider(current + std::max<duration>(context_->options.passivate_after / 4, above_limit_check));
  if (!retries_.empty() && !drained_) consider(retries_.begin()->first);
  if (!first || (armed_for_ && *armed_for_ <= *first)) return;
  armed_for_ = first;
  delayed_send(this, std::max(*first - current, steady_time::duration::zero()), wake_atom::value);
}

// -- stopping -----------------------------------------------------------------

caf::response_promise dispatcher::drain() {
  drained_ = make_response_promise();
  empty_memory();
  auto promise = *drained_;
  finish_drain();
  return promise;
}

void dispatcher::empty_memory() {
  for (auto& [id, entry] : residents_)
    if (entry.actor) send(entry.actor, stop_atom::value);
}

void dispatcher::finish_drain() {
  finish_giving_up();
  if (drained_ && drained_->pending() && by_actor_.empty()) drained_->deliver(caf::unit);
}

// -- shards of others ---------------------------------------------------------

// A message has a row in the store, where it waits for the owner, who may have looked before it was there.
// The outcome of an activity that ran here has none.
void dispatcher::pass_on(message content) {
  if (content.id != 0) return context_->store->notify_owner(shard_);
  if (content.kind != message_kind::activity_done) return;
  activity_key key{content.instance, content.execution, content.source, content.life};
  send(context_->pool, claim_done{std::move(key), std::move(content)});
}

void dispatcher::give_up(give_up_shard request) {
  giving_up_ = std::move(request);
  empty_memory();
  finish_giving_up();
}

// Parked instances have nothing under way. What waits for a time waits in the store; clients wait there too.
void dispatcher::finish_giving_up() {
  if (!giving_up_ || !by_actor_.empty()) return;
  for (auto& [id, entry] : residents_)
    for (message& each : entry.held) pass_on(std::move(each));
  residents_.clear();
  use_order_.clear();
  retries_.clear();
  timers_.clear();
  waiters_.hand_over_all(steady_now(), [this](wait_request what, reply<instance_status> answer) {
    context_->client->wait(std::move(what), std::move(answer));
  });
  auto request = std::exchange(giving_up_, std::nullopt);
  request->given_up(shard_);
}

}  // namespace duroxide::internal
