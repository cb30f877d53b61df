// What the activity pool is told. These messages never leave the process.
#pragma once

#include "duroxide/provider.hpp"
#include "duroxide/time.hpp"
#include "actors/activity/activity_room.hpp"
#include "actors/messages.hpp"
#include "actors/shard/messages.hpp"

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/atom.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace duroxide::internal {

// Unfinished activities of own shards, the claimable ones too.
struct run_activities {
  std::vector<stored_activity> activities;
  // True: a committed turn scheduled them. False: the pool did not have them, and a loaded instance confirmed that it
  // still waits for them.
  bool just_scheduled = false;
  // Room for those that this node runs by itself, until they are in the queue.
  std::shared_ptr<activity_room::reservation> reserved{};
};

// The unfinished activities of shards that this node takes over, as read from the store. Instances of those shards
// already run, so some of these activities may have been scheduled or finished meanwhile; shard_takeover removes the
// duplicates. Sent between begin_takeover_atom, which is sent before the first instance of those shards can run, and
// end_takeover_atom.
struct recovered_activities {
  std::vector<stored_activity> activities;
};
using begin_takeover_atom = caf::atom_constant<caf::atom("begintake")>;
using end_takeover_atom = caf::atom_constant<caf::atom("endtake")>;

// Answers of the store to what the pool asked for.
struct activities_claimed {
  std::vector<stored_activity> activities;
  bool more = false;
  bool failed = false;  // the store could not say
};
struct activities_lost {
  std::vector<activity_key> keys;
};
struct activities_not_released {
  std::vector<activity_key> keys;
};

// This node gives these shards up: activities of theirs that it holds count as claimed from now on.
struct shards_given_up {
  std::vector<std::uint32_t> shards;
};

// A claimed activity has ended.
struct claim_done {
  activity_key key;
  std::optional<message> outcome;  // none: it was cancelled, and nobody waits for it
};

// An asynchronous activity of this node's own has ended, and its outcome has gone to its instance.
struct asynchronous_done {
  activity_key key;
};

struct cancel_activities {
  std::vector<activity_key> keys;
};

// The time of the asynchronous activities that run is over: they are asked to stop, and their outcomes do not count.
using abandon_atom = caf::atom_constant<caf::atom("abandon")>;

// -- what the pool sends to itself, most of it later --------------------------------

// Ask the store again for claimable activities.
using look_atom = caf::atom_constant<caf::atom("look")>;
// Take a claimed activity again, when the one before it of the same key has ended.
using again_atom = caf::atom_constant<caf::atom("again")>;
// Release activities again, which the store could not do before.
using release_atom = caf::atom_constant<caf::atom("release")>;
// Submit an activity again, when the cancelled one of the same key has ended.
using resubmit_atom = caf::atom_constant<caf::atom("resubmit")>;
// The grace period of a cancelled activity is over.
using abandoned_atom = caf::atom_constant<caf::atom("abandoned")>;
// No instance can report any more what a list from the store has brought already.
using forget_atom = caf::atom_constant<caf::atom("forget")>;
// Look at how fast the workers are.
using pace_atom = caf::atom_constant<caf::atom("pace")>;
// Look at how fast asynchronous activities give their places up.
using places_atom = caf::atom_constant<caf::atom("places")>;
// Look again for a handler, and for how many times that is.
using try_atom = caf::atom_constant<caf::atom("try")>;
// Whether another node has a handler.
using offered_atom = caf::atom_constant<caf::atom("offered")>;

// -- the pool and its helper --------------------------------------------------------

using pool_lifecycle = takes<context_ptr, stop_atom, abandon_atom>;
using pool_requests = takes<run_activities, unfinished_activities, cancel_activities, claim_done>;
using pool_shards =
    takes<begin_takeover_atom, recovered_activities, end_takeover_atom, shards_given_up, wake_atom>;
using pool_runs = takes<asynchronous_done, forget_atom, pace_atom, places_atom>::extend<
    caf::reacts_to<resubmit_atom, stored_activity, bool>, caf::reacts_to<abandoned_atom, activity_key>>;
using pool_claims = takes<look_atom, activities_claimed, activities_lost, activities_not_released>::extend<
    caf::reacts_to<again_atom, stored_activity>, caf::reacts_to<release_atom, activities_not_released>>;
using pool_handlers = caf::typed_actor<caf::reacts_to<try_atom, stored_activity, std::uint32_t>,
                                       caf::reacts_to<offered_atom, stored_activity, bool>>;

using activity_pool_actor = merged<pool_lifecycle, pool_requests, pool_shards>;
using activity_pool_self = merged<activity_pool_actor, pool_runs, pool_claims, pool_handlers>;

// A call that an activity asks for.
struct call_later {
  duration delay{};
  std::function<void()> then;
};

using due_atom = caf::atom_constant<caf::atom("due")>;

using delayed_calls_actor = takes<call_later>;
using delayed_calls_self = delayed_calls_actor::extend<caf::reacts_to<due_atom, std::uint64_t>>;

}  // namespace duroxide::internal

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::activity_key)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::stored_activity)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::shards_given_up)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::activities_claimed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::activities_lost)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::activities_not_released)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::claim_done)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::asynchronous_done)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::run_activities)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::recovered_activities)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::cancel_activities)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::call_later)
