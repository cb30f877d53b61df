// How a dispatcher supervises its instances: what leaves memory, what dies, and what is tried again.
#include "actors/backoff.hpp"
#include "actors/cluster/owned_shards.hpp"
#include "actors/cluster/relocated_instances.hpp"
#include "actors/instance/messages.hpp"
#include "actors/log.hpp"
#include "actors/poison.hpp"
#include "actors/shard/dispatcher.hpp"
#include "actors/store/messages.hpp"

#include <algorithm>
#include <utility>

namespace duroxide::internal {

namespace {

constexpr duration while_pace_is_used_up{20};
// What needs no code is tried at once, but not if the store does not take the turn that it makes.
constexpr std::uint32_t refusals_tried_at_once = 3;

duration backoff(const runtime_options& options, std::uint32_t attempt) {
  return exponential_backoff(options.unregistered_backoff_base, options.unregistered_backoff_limit, attempt);
}

problem_kind kind_of_problem(leave_reason reason) {
  switch (reason) {
  case leave_reason::mismatched: return problem_kind::mismatch;
  case leave_reason::not_registered: return problem_kind::not_registered;
  case leave_reason::refused: return problem_kind::refused;
  default: return problem_kind::cannot_load;
  }
}

// Those behind the last attempt are of an instance that cannot even be failed. Without a limit on attempts the
// number is kept for the backoff, which grows no more behind this one.
std::size_t most_failures_kept(const runtime_options& options) {
  constexpr std::size_t enough_for_backoff = 10;
  return options.max_failed_attempts ? 2 * std::size_t{*options.max_failed_attempts} : enough_for_backoff;
}

// Another node may be able to run it; until there is one it is tried here again and again. Tells the
// dispatcher, by `relocated`, if the store has moved it.
void find_other_node(dispatcher_self::base& dispatcher, const node_context& context, const leaving& m) {
  if (!context.owned->is_partial()) return;
  auto move = [to = weak_actor<dispatcher_actor>(&dispatcher), instance = m.instance, needs = m.needs,
               node = context.membership.node](provider& store) {
    auto found = store.relocate(node, instance, needs);
    if (found && *found) to.send(relocated{instance, **found});
  };
  dispatcher.send(context.store_executor, ask_store{std::move(move)});
}

}  // namespace

dispatcher_supervision::behavior_type dispatcher::supervision() {
  return {
      [this](leaving& m) { on_leaving(m); },
      [this](recovered_atom) {
        const std::string instance = actors_.instance_of(sender_of_message<caf::actor_addr>(*this));
        resident* entry = residents_.find(instance);
        if (entry == nullptr || entry->actor != current_sender()) return;
        entry->failures.clear();
        entry->refusals = 0;
        entry->problem.reset();
      },
      [this](problem_noted& m) { on_problem_noted(m); },
      [this](relocated& m) {
        log_info("duroxide: instance '{}' is relocated to shard {}, of a node that can run it",
                 field("instance", m.instance), field("shard", m.shard));
        context_->moved->set_shard(m.instance, m.shard);
        resident* entry = residents_.find(m.instance);
        if (entry == nullptr || entry->actor) return;  // an actor that tries it just now finds out by itself
        std::vector<message> held = std::exchange(entry->held, {});
        residents_.remove(m.instance);
        for (message& each : held) pass_on(std::move(each));
        waits_.hand_over(m.instance);
      },
  };
}

void dispatcher::on_leaving(const leaving& m) {
  const bool had_ended = m.reason == leave_reason::found_ended;
  waits_.list().left_memory(m.instance, m.life, had_ended);
  const auto actor = sender_of_message<instance_actor>(*this);
  send(actor, bye_atom::value);
  if (m.reason == leave_reason::ended || had_ended) {  // nothing that it gives back is for anybody
    demonitor(actor.address());
    actors_.forget(actor.address());
  } else {
    actors_.begin_leaving(m.instance);
  }
  resident* entry = residents_.find(m.instance);
  if (entry == nullptr || entry->actor != actor) return;
  switch (m.reason) {
  case leave_reason::mismatched:
  case leave_reason::broken: park_failed(m); break;
  case leave_reason::not_registered:
    park_failed(m);
    find_other_node(*this, *context_, m);
    break;
  case leave_reason::refused:
    park({m.instance, m.life, problem_kind::refused, {}, m.detail},
         backoff(context_->options, ++entry->refusals));
    break;
  case leave_reason::signalled:
    residents_.park(m.instance);
    if (entry->is_paused()) entry->problem.reset();
    try_in(duration(0), m.instance);
    break;
  case leave_reason::paused: park_paused(m); break;
  case leave_reason::moved: residents_.remove(m.instance); return waits_.hand_over(m.instance);
  case leave_reason::ended:
  case leave_reason::found_ended:
  case leave_reason::not_found: context_->moved->forget(m.instance); [[fallthrough]];
  case leave_reason::already_exists:
  case leave_reason::passivated: residents_.remove(m.instance); break;
  }
  if (is_parked(m.reason) && m.is_called && entry->refusals < refusals_tried_at_once)
    call(*entry, m.instance);
  // It may have ended before it was loaded, or never have been: then it tells its waiters nothing.
  if (m.reason != leave_reason::passivated) waits_.look_up(m.instance);
  finish_stopping();
}

void dispatcher::on_down(const caf::actor_addr& actor, const std::string& reason) {
  const std::string instance = actors_.instance_of(actor);
  if (instance.empty()) return;
  actors_.forget(actor);
  const resident* entry = residents_.find(instance);
  if (entry != nullptr && entry->actor == actor) {
    log_error("duroxide: the actor of instance '{}' died ({}); it is rebuilt from the store",
              field("instance", instance), field("error", reason), field("shard", shard_));
    park_failed({instance, 0, leave_reason::broken, "its actor died: " + reason});
  } else {
    for (activities_not_in_pool& each : actors_.end_leaving(instance)) route(std::move(each));
  }
  finish_stopping();
}

// A first failure may be a race that a second look settles: look at once. One that cannot even be read is
// tried for as long as it takes; there is no end to record for it.
void dispatcher::park_failed(const leaving& m) {
  std::vector<std::string>& failures = residents_.find(m.instance)->failures;
  const runtime_options& options = context_->options;
  if (failures.empty())
    log_warning("duroxide: instance '{}' cannot be run now: {}", field("instance", m.instance),
                field("error", m.detail), field("shard", shard_));
  if (failures.size() >= most_failures_kept(options)) failures.pop_back();
  failures.push_back(m.detail);
  const auto attempt = static_cast<std::uint32_t>(failures.size());
  if (attempt > 1)
    return park({m.instance, m.life, kind_of_problem(m.reason), {}, m.detail}, backoff(options, attempt - 1));
  residents_.park(m.instance);
  try_in(drained_ ? backoff(options, 1) : duration(1), m.instance);
}

// Nobody tries it again before it is called. What has no row would be lost if this process died meanwhile.
void dispatcher::park_paused(const leaving& m) {
  residents_.park(m.instance);
  resident& entry = *residents_.find(m.instance);
  entry.failures.clear();
  entry.refusals = 0;
  entry.problem = instance_problem{m.instance, m.life, problem_kind::paused, {}, m.detail};
  for (message& each : std::exchange(entry.held, {})) hold(entry, std::move(each));
}

// What keeps it from going on is noted in the store, if that is new, before it is tried again: the turn that it then
// makes ends the problem.
void dispatcher::park(instance_problem problem, duration wait) {
  const std::string instance = problem.instance;
  residents_.park(instance);
  resident& entry = *residents_.find(instance);
  const bool is_known =
      entry.problem && entry.problem->kind == problem.kind && entry.problem->detail == problem.detail;
  entry.problem = problem;
  entry.pause = wait;
  if (is_known || is_stopping()) return try_in(wait, instance);
  problem.since = wall_clock_now();
  entry.is_being_noted = true;
  ++notes_;
  send(context_->journal(), note_problem{std::move(problem)});
}

void dispatcher::on_problem_noted(const problem_noted& m) {
  --notes_;
  resident* entry = residents_.find(m.instance);
  if (entry != nullptr && std::exchange(entry->is_being_noted, false) && !entry->actor)
    try_in(entry->is_called ? duration(0) : entry->pause, m.instance);
  finish_stopping();
}

// What keeps an instance from going on; empty: nothing does, or it has failed once only, as by a race.
std::string dispatcher::problem_of(const std::string& instance) {
  const resident* entry = residents_.find(instance);
  if (entry == nullptr || !entry->problem) return {};
  return (entry->is_paused() ? "it is paused: " : "it is stalled: ") + entry->problem->detail;
}

// What has come for a parked instance needs no code.
void dispatcher::call(resident& parked, const std::string& instance) {
  if (!std::exchange(parked.is_called, true) && !parked.is_being_noted) try_in(duration(0), instance);
}

void dispatcher::try_in(duration wait, const std::string& parked) {
  residents_.try_at(parked, steady_in(wait));
  arm();
}

void dispatcher::retry(steady_time now) {
  if (is_stopping()) return;
  while (const std::optional<std::string> instance = residents_.take_due(now)) {
    const std::vector<std::string>& failures = residents_.find(*instance)->failures;
    if (failures.size() > 1 && !context_->retries->take(now)) {
      residents_.try_at(*instance, now);
      no_retry_before_ = now + while_pace_is_used_up;
      return;
    }
    forced_failure failure;
    const auto granted = context_->options.max_failed_attempts;
    if (granted && failures.size() >= *granted) failure = poisoned_by_failures(*instance, failures);
    resident& entry = spawn_instance(*instance, instance_states::loading(), std::move(failure));
    entry.is_called = false;
    send(entry.actor, tried_again_atom::value, static_cast<std::uint32_t>(failures.size()) + entry.refusals);
    std::vector<message> held = std::exchange(entry.held, {});
    if (!held.empty()) send(entry.actor, deliver_many{std::move(held)});
  }
}

}  // namespace duroxide::internal
