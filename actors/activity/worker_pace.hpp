// Whether activities take so long here that other nodes should have some of them.
#pragma once

#include "actors/activity/activity_table.hpp"
#include "actors/activity/messages.hpp"
#include "actors/activity/work_queue.hpp"
#include "actors/node_context.hpp"

#include <caf/typed_event_based_actor.hpp>

namespace duroxide::internal {

// Looks now and then at how fast the workers are, while more waits than keeps them busy for a while, and gives
// away what waits beyond that. What the constructor is given must outlive this.
class worker_pace {
public:
  worker_pace(activity_pool_self::base& pool, const context_ptr& context, work_queue& queue,
              const activity_table& table)
      : pool_(pool), context_(context), queue_(queue), table_(table) {}

  // Something has been queued.
  void watch();
  // `pace_atom` has come.
  void look();

private:
  void give_away();

  activity_pool_self::base& pool_;
  const context_ptr& context_;
  work_queue& queue_;
  const activity_table& table_;
  work_queue::pace seen_{};  // at the last look
  bool is_watching_ = false;
};

}  // namespace duroxide::internal
