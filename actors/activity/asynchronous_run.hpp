// How an asynchronous activity is run, and how it reports.
#pragma once

#include "duroxide/provider.hpp"
#include "duroxide/registry.hpp"
#include "actors/activity/messages.hpp"
#include "actors/activity/workers.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <memory>
#include <stop_token>

namespace duroxide::internal {

// What the code of an activity is told of itself.
activity_identity identity_of(const stored_activity& activity);

struct asynchronous_run {
  async_activity_handler handler;
  stored_activity activity;
  bool claimed = false;
  std::stop_source cancelled;
  std::shared_ptr<activity_services> services;
  std::shared_ptr<const worker_setting> setting;
};

// Calls the handler, in an actor of its own. When it completes, its outcome goes the way of all outcomes, and
// the pool is told, if it is there still: `claim_done` if it was claimed, else `asynchronous_done`.
void start_asynchronous_run(asynchronous_run what, activity_pool_self::base& pool);

}  // namespace duroxide::internal
