#include "actors/shard/start_if_deleted.hpp"

namespace duroxide::internal {

void start_if_deleted(const deletion_asker& dispatcher, const store_executor_actor& store_executor,
                      start_here again) {
  caf::anon_send(store_executor,
                 ask_store{[asker = weak_actor(dispatcher), again = std::move(again)](provider& store) {
                   stored<instance_status> found = store.status(again.what.instance);
                   if (!found) return again.done(found.error().details());
                   if (found->status != runtime_status::not_found)
                     return again.done(start_result::already_exists);
                   asker.send(found_deleted{again});
                 }});
}

}  // namespace duroxide::internal
