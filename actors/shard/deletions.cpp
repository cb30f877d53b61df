// Instances that were deleted while they were in memory, or while somebody waited for them.
#include "actors/shard/dispatcher.hpp"
#include "actors/shard/messages.hpp"
#include "actors/store/messages.hpp"

#include <caf/send.hpp>

#include <algorithm>

namespace duroxide::internal {

namespace {

// Of many deletions one after the other, not each is looked after by itself.
constexpr duration between_checks{100};

}  // namespace

// One question for all of the shard: a deletion of something that runs is rare, and does not say of what.
void dispatcher::find_deleted() {
  if (std::exchange(finding_deleted_, true)) {
    find_deleted_again_ = true;
    return;
  }
  std::vector<std::string> ids;
  for (const auto& [id, entry] : residents_) ids.push_back(id);
  for (const auto& [waiter, what] : waiters_.all())
    if (!residents_.contains(what.instance)) ids.push_back(what.instance);
  auto self = caf::actor_cast<caf::actor_addr>(this);
  send(context_->store_executor,
       ask_store{[self, ids = std::move(ids), asked_at = steady_now()](provider& store) {
         lives_found found{ids, {}, asked_at};
         if (!ids.empty())
           if (auto lives = store.lives(ids)) found.lives = *std::move(lives);
         if (auto to = caf::actor_cast<caf::actor>(self)) caf::anon_send(to, std::move(found));
       }});
}

// One that is parked finds out when it is tried again; its waiters must not wait for that.
void dispatcher::on_lives_found(const lives_found& m) {
  finding_deleted_ = false;
  const bool refused = m.lives.size() != m.instances.size();
  if (refused || std::exchange(find_deleted_again_, false))
    delayed_send(this, between_checks, find_deleted_atom::value);
  if (refused) return;
  for (std::size_t i = 0; i < m.instances.size(); ++i) {
    const std::string& id = m.instances[i];
    auto at = residents_.find(id);
    if (at != residents_.end() && at->second.actor)
      send(at->second.actor, life_found{id, m.lives[i], m.asked_at});
    else
      look_up_waiters(id);
  }
}

}  // namespace duroxide::internal
