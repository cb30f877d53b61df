#include "actors/shard/start_if_deleted.hpp"

#include "actors/shard/messages.hpp"
#include "actors/store/messages.hpp"

#include <caf/actor_cast.hpp>
#include <caf/send.hpp>

namespace duroxide::internal {

void start_if_deleted(const caf::actor& dispatcher, const caf::actor& store_executor, start_here again) {
  auto self = caf::actor_cast<caf::actor_addr>(dispatcher);
  caf::anon_send(store_executor, ask_store{[self, again = std::move(again)](provider& store) {
                   stored<instance_status> found = store.status(again.what.instance);
                   if (!found) return again.done(found.error().details());
                   if (found->status != runtime_status::not_found)
                     return again.done(start_result::already_exists);
                   if (auto to = caf::actor_cast<caf::actor>(self)) caf::anon_send(to, found_deleted{again});
                 }});
}

}  // namespace duroxide::internal
