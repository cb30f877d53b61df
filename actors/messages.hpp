// What the actors of a node say to one another. These messages never leave the process.
#pragma once

#include "duroxide/client_port.hpp"
#include "duroxide/provider.hpp"
#include "actors/clock.hpp"

#include <caf/actor.hpp>
#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/atom.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace duroxide::internal {

// -- to a dispatcher, which passes it on to the instance ----------------------

struct deliver {
  message content;
};

struct deliver_many {
  std::vector<message> contents;
};

struct start_here {
  start_request what;
  reply<start_result> done;
};

// Its shard is for another node: everything leaves memory, and then `given_up` is called.
struct give_up_shard {
  std::function<void(std::uint32_t)> given_up;
};

// -- to an instance or a dispatcher, of itself ------------------------------------------------

// It was to be started again, and the store does not know it: it has been deleted.
struct found_deleted {
  start_here start;
};

// Which life the store had under an id, 0 for none, when it was looked at after `asked_at`.
struct life_found {
  std::string instance;
  std::uint64_t life = 0;
  steady_time asked_at{};
};

// -- to a dispatcher, for itself ----------------------------------------------

struct wait_here {
  wait_request what;
  reply<instance_status> done;
};

// From whoever has heard that instances were deleted.
using find_deleted_atom = caf::atom_constant<caf::atom("finddel")>;

// From an instance: its custom status or its keys changed, or it ended.
struct status_changed {
  std::string instance;
  instance_status status;
  std::vector<kv_change> kv;
};

// Durable timers of an instance, as the messages that they become when they are due.
struct add_timers {
  std::vector<message> timers;
};

struct cancel_timers {
  std::vector<std::uint64_t> message_ids;
};

// From an instance that wants to go: it holds no commit and no message any more. It hands back what comes
// after, until it is told `bye_atom`.
enum class leave_reason : std::uint8_t {
  passivated,
  ended,           // or it had ended before it was loaded
  not_found,       // the store knows no such instance
  already_exists,  // it was to be created here, and exists
  not_registered,  // this process has no handler for it
  broken,          // it cannot be run now: `detail` says why
  refused,         // the store does not take its turn
  moved,           // it is on another shard
};

struct leaving {
  std::string instance;
  std::uint64_t life = 0;  // none if it was not stored
  leave_reason reason = leave_reason::passivated;
  std::string detail;
  instance_needs needs{};  // not_registered
};

// To a dispatcher, from the store executor: where an instance went that this node cannot run.
struct relocated {
  std::string instance;
  std::uint32_t shard = 0;
};

// -- to an instance -----------------------------------------------------------

using passivate_atom = caf::atom_constant<caf::atom("passivate")>;
using bye_atom = caf::atom_constant<caf::atom("bye")>;
using turn_atom = caf::atom_constant<caf::atom("turn")>;
// To an instance that is tried again, and from it when it has made a turn.
using tried_again_atom = caf::atom_constant<caf::atom("triedagain")>;
using recovered_atom = caf::atom_constant<caf::atom("recovered")>;

// -- to the journal -----------------------------------------------------------

struct commit_turn {
  std::shared_ptr<const turn_commit> turn;
  std::size_t bytes = 0;
  bool begins = false;               // it is the first turn of its instance
  std::optional<steady_time> began;  // its instance, in this process; none after continue-as-new
};

struct pending_turn {
  std::shared_ptr<const turn_commit> turn;
  std::size_t bytes = 0;
  bool begins = false;
  std::optional<steady_time> began;
  caf::actor from;
};

// From the journal of the lane before; answered when all are written.
struct commit_turns {
  std::vector<pending_turn> turns;
};

struct commit_post {
  message content;
  reply<std::monostate> done;
};

// By a client, of an instance of another node's shard.
struct commit_start {
  instance_start what;
  reply<start_result> done;
};

struct commit_discards {
  std::vector<std::uint64_t> message_ids;
};

// Of an activity of another node's shard that was claimed here.
struct commit_outcome {
  activity_key key;
  message outcome;
};

struct commit_progress {
  activity_progress progress;
};

// From the journal to the instance whose turn it was.
struct turn_written {
  turn_receipt receipt;
};

// Instead, when the node stops: the turn was not committed, and is made again at the next start.
using put_off_atom = caf::atom_constant<caf::atom("putoff")>;

// The instance that sends it is told `probation_begun_atom` when that is durable.
struct begin_probation {
  std::string instance;
};
struct end_probation {
  std::string instance;
};
using probation_begun_atom = caf::atom_constant<caf::atom("trialbegun")>;

// The node stops: what can be done again at the next start is not committed for much longer.
using hurry_atom = caf::atom_constant<caf::atom("hurry")>;

using flush_atom = caf::atom_constant<caf::atom("flush")>;

// -- to the store executor ------------------------------------------------------------

struct load_request {
  std::string instance;
};

// A page of a queue of this life of the instance, or (none given) of its inbox. `number` comes back with the
// answer.
struct queue_request {
  std::string instance;
  std::uint64_t life = 0;
  std::optional<std::string> queue;
  std::uint64_t number = 0;
};

struct queue_loaded {
  std::optional<std::string> queue;
  std::uint64_t number = 0;
  stored<queue_page> page;
};

struct instance_loaded {
  stored<std::optional<loaded_instance>> content;
};

// Called on the store executor's thread: for whatever else has to wait for the store, and is answered at once.
struct ask_store {
  std::function<void(provider&)> ask;
};

// Between the store executor and its readers: who waits for which instance, or page; and that a reader has nothing to
// do.
struct load_for {
  std::string instance;
  caf::actor from;
  std::uint32_t attempt = 1;
};

struct page_for {
  queue_request request;
  caf::actor from;
  std::uint32_t attempt = 1;
};

using free_atom = caf::atom_constant<caf::atom("free")>;

// -- to the activity pool -----------------------------------------------------

// Unfinished activities of own shards, the claimable ones too.
struct run_activities {
  std::vector<stored_activity> activities;
  // By a turn that has been committed; else by an instance that was loaded and, after all, waits for them.
  bool just_scheduled = false;
};

// From an instance that has started another one, in place of the message that starts it alone: with all else
// that is in the store, so that it need not be read back.
struct local_child_start {
  loaded_instance stored;
  message start;
};

// What an instance that was loaded waits for. What the pool has not in hand goes back to the instance, by way
// of its dispatcher: the outcome of what has just run is ahead of it there.
struct unfinished_activities {
  std::string instance;
  std::vector<stored_activity> activities;
};
struct unclaimed_activities {
  unfinished_activities of;
};

// The same, as the store had them when shards were taken up: some of them may have been scheduled since, and
// have run already, or be scheduled by an instance whose word of it is still on its way. Such messages come
// between begin_take_up_atom, sent before the first instance of those shards can run, and end_take_up_atom.
struct recovered_activities {
  std::vector<stored_activity> activities;
};
using begin_take_up_atom = caf::atom_constant<caf::atom("begintake")>;
using end_take_up_atom = caf::atom_constant<caf::atom("endtake")>;

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

// From a worker, about an activity that was claimed, or is on a session.
struct tracked_done {
  activity_key key;
  std::optional<message> outcome;  // none: it was cancelled, and nobody waits for it
};

using look_atom = caf::atom_constant<caf::atom("look")>;
using again_atom = caf::atom_constant<caf::atom("again")>;

struct call_later {
  duration delay{};
  std::function<void()> then;
};

struct cancel_activities {
  std::vector<activity_key> keys;
};

// -- to the node --------------------------------------------------------------

// This incarnation may not write any more, or does not know what was written. After store_gone no other one
// can do so either.
struct lost_ownership {
  std::uint64_t node = 0;
  store_error why;
};

// `done` gets null, or why the node could not start.
struct start_node {
  std::function<void(std::shared_ptr<error_details>)> done;
};

struct stop_node {
  std::function<void()> done;
};

using stop_atom = caf::atom_constant<caf::atom("stop")>;
using wake_atom = caf::atom_constant<caf::atom("wake")>;
using sweep_atom = caf::atom_constant<caf::atom("sweep")>;

}  // namespace duroxide::internal

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::activity_key)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::stored_activity)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::deliver)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::deliver_many)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::start_here)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::found_deleted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::wait_here)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::status_changed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::add_timers)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::cancel_timers)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::leaving)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::life_found)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::commit_turn)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::commit_turns)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::commit_post)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::commit_start)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::relocated)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::begin_probation)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::end_probation)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::give_up_shard)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::shards_given_up)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::commit_discards)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::turn_written)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::commit_outcome)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::commit_progress)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::activities_claimed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::activities_lost)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::activities_not_released)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::tracked_done)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::call_later)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::load_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::load_for)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::instance_loaded)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::queue_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::page_for)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::queue_loaded)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::ask_store)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::run_activities)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::unfinished_activities)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::unclaimed_activities)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::local_child_start)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::recovered_activities)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::cancel_activities)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::lost_ownership)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::start_node)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::stop_node)
