// Which of the activities that the pool does not have are still to be run.
#pragma once

#include "runtime/execution.hpp"
#include "actors/instance/instance_inbox.hpp"
#include "actors/instance/instance_record.hpp"
#include "actors/shard/messages.hpp"

#include <algorithm>

namespace duroxide::internal {

// Leaves those that the code still waits for and whose outcome has not arrived. A request to an instance that is not
// stored was made by an earlier instance of the same id. `code` is null if there is none.
inline void keep_unanswered(unfinished_activities& request, const instance_record& owner,
                            const execution* code, const instance_inbox& inbox) {
  std::erase_if(request.activities, [&](const stored_activity& activity) {
    const activity_key& key = activity.key;
    return !owner.is_stored() || code == nullptr || key.life != owner.life ||
           key.execution != owner.status.execution || !code->waits_for(key.event_id) ||
           std::ranges::any_of(inbox.arrived(), [&](const message& m) {
             return m.kind == message_kind::activity_done && m.source == key.event_id &&
                    m.execution == key.execution;
           });
  });
}

}  // namespace duroxide::internal
