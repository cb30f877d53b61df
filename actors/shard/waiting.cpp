// How a dispatcher answers clients that wait for its instances, and learns of deletions.
#include "actors/client/local_client.hpp"
#include "actors/cluster/owned_shards.hpp"
#include "actors/shard/dispatcher.hpp"

#include <utility>

namespace duroxide::internal {

dispatcher_waits::behavior_type dispatcher::waiting() {
  return {
      [this](wait_here& m) { wait(std::move(m)); },
      [this](status_changed& m) {
        waits_.list().notify(m.instance, m.status, m.kv);
        waits_.look_up_start(m.instance);
        if (!is_terminal(m.status.status)) return;
        resident* entry = residents_.find(m.instance);
        if (entry != nullptr && entry->actor == current_sender()) entry->ended_life = m.status.life;
      },
      [this](appeared& m) { waits_.look_up_start(m.instance); },
      [this](find_deleted_atom) {
        if (!deletions_.may_ask()) return;
        std::vector<std::string> instances = residents_.ids();
        for (const auto& [waiter, what] : waits_.list().all_others())
          if (!residents_.contains(what.instance)) instances.push_back(what.instance);
        deletions_.ask(std::move(instances));
      },
  };
}

// A client that knows of the end of an instance may have replaced it by now, and mean the new one.
void dispatcher::wait(wait_here request) {
  if (!context_->owned->contains(shard_))
    return context_->client->wait(std::move(request.what), std::move(request.done));
  const resident* entry = residents_.find(request.what.instance);
  waits_.add(std::move(request), entry != nullptr, entry != nullptr ? entry->ended_life : 0);
  arm();
}

void dispatcher::on_lives_found(const lives_found& m) {
  if (!deletions_.take(m)) return;
  for (std::size_t i = 0; i < m.instances.size(); ++i) {
    const resident* entry = residents_.find(m.instances[i]);
    if (entry != nullptr && entry->actor)
      send(entry->actor, life_found{m.instances[i], m.lives[i], m.asked_at});
    else  // one that is parked finds out when it is tried again; its waiters must not wait for that
      waits_.look_up(m.instances[i]);
    if (entry != nullptr && entry->is_paused() && entry->problem->life != m.lives[i])
      try_in(duration(0), m.instances[i]);
  }
}

// What is not in memory may be on another shard, and only its being loaded tells. What is in memory and not in the
// store is about to be stored, or has been deleted: its actor knows which.
void dispatcher::on_status_known(const status_known& m) {
  const bool is_there = m.status && m.status->status != runtime_status::not_found;
  const resident* entry = residents_.find(m.instance);
  waits_.found(m, !is_there && entry != nullptr);
  const bool is_awaited = m.status && !is_there && !waits_.list().waiting_for_start_of(m.instance).empty();
  if (is_awaited && entry != nullptr && entry->actor)
    send(entry->actor, life_found{m.instance, 0, m.asked_at, true});
  if (!is_there || is_terminal(m.status->status)) return;
  if (entry == nullptr && !is_stopping() && context_->owned->contains(shard_))
    spawn_instance(m.instance, instance_states::loading());
}

}  // namespace duroxide::internal
