// What dispatchers are told, and pass on to their instances. These messages never leave the process.
#pragma once

#include "duroxide/client_port.hpp"
#include "duroxide/provider.hpp"
#include "actors/clock.hpp"
#include "actors/durable_actor/messages.hpp"
#include "actors/messages.hpp"

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/atom.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace duroxide::internal {

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

// A start met an instance that was in memory, but the store has no such instance: it was deleted, and the start can
// proceed.
struct found_deleted {
  start_here start;
};

// The life that the store had under this id (0: none), read after `asked_at`.
struct life_found {
  std::string instance;
  std::uint64_t life = 0;
  steady_time asked_at{};
  bool is_awaited = false;  // if the instance is about to be stored, its dispatcher is to be told: `appeared`
};

// An instance whose start clients wait for may be in the store now.
struct appeared {
  std::string instance;
};

struct wait_here {
  wait_request what;
  reply<instance_status> done;
};

// Sent to dispatchers when this process learns that instances were deleted.
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

// From an instance that leaves memory: no commit is in flight, and its unhandled messages follow this one. It returns
// everything that arrives later, until it receives `bye_atom`.
enum class leave_reason : std::uint8_t {
  passivated,
  ended,
  found_ended,     // it had ended before it was loaded
  not_found,       // the store knows no such instance
  already_exists,  // it was to be created here, and exists
  not_registered,  // this process has no handler for it
  mismatched,      // its code does not match its history: `detail` says where
  broken,          // it cannot be run now: `detail` says why
  refused,         // the store does not take its turn
  signalled,       // it is loaded again at once, to take a signal without its code
  paused,          // `detail` is the reason
  moved,           // it is on another shard
};

// Whether its dispatcher keeps an entry for it, and loads it again some time.
constexpr bool is_parked(leave_reason reason) {
  switch (reason) {
  case leave_reason::not_registered:
  case leave_reason::mismatched:
  case leave_reason::broken:
  case leave_reason::refused:
  case leave_reason::signalled:
  case leave_reason::paused: return true;
  case leave_reason::passivated:
  case leave_reason::ended:
  case leave_reason::found_ended:
  case leave_reason::not_found:
  case leave_reason::already_exists:
  case leave_reason::moved: break;
  }
  return false;
}

struct leaving {
  std::string instance;
  std::uint64_t life = 0;  // none if it was not stored
  leave_reason reason = leave_reason::passivated;
  std::string detail;
  instance_needs needs{};  // not_registered
  bool is_called = false;  // what needs no code has arrived, and was not taken
};

// To a dispatcher, from the journal: what it had noted of this instance is durable.
struct problem_noted {
  std::string instance;
};

// To a dispatcher, from the store executor: where an instance went that this node cannot run.
struct relocated {
  std::string instance;
  std::uint32_t shard = 0;
};

// To an instance that is tried again, with the number of failures in a row; and from it when it has made a turn.
using tried_again_atom = caf::atom_constant<caf::atom("triedagain")>;

using recovered_atom = caf::atom_constant<caf::atom("recovered")>;

// From a parent to the dispatcher of a child on this node, instead of the start message alone. It carries the child's
// stored row, so that the row is not read back.
struct local_child_start {
  loaded_instance stored;
  message start;
};

// The activities that a loaded instance waits for, sent to the pool. The pool returns those that it does not hold
// through the dispatcher, where the outcome of an activity that has just finished is already queued in front of them.
struct unfinished_activities {
  std::string instance;
  std::vector<stored_activity> activities;
};
struct activities_not_in_pool {
  unfinished_activities unfinished;
};

// -- answers of the store to a dispatcher, which it sends to itself ---------------

// The stored status of an instance that a client waits for.
struct status_known {
  std::uint64_t waiter = 0;
  std::string instance;
  steady_time asked_at{};
  stored<instance_status> status;
  bool has_key = false;  // whether the awaited key exists
};

// A waiter takes back its wait; with its number.
using taken_back_atom = caf::atom_constant<caf::atom("takenback")>;

// Which of these ids have an instance, by their lives, 0 for none.
struct lives_found {
  std::vector<std::string> instances;
  std::vector<std::uint64_t> lives;  // empty: the store could not be asked
  steady_time asked_at{};
};

// -- dispatchers ------------------------------------------------------------------

using dispatcher_routing = takes<deliver, deliver_many, activities_not_in_pool, local_child_start, start_here,
                                 ask_here, query_here, found_deleted, add_timers, cancel_timers>;
using dispatcher_waits = takes<wait_here, status_changed, appeared, find_deleted_atom>;
using dispatcher_supervision = takes<leaving, recovered_atom, relocated, problem_noted>;
using dispatcher_lifecycle = takes<context_ptr, stop_atom, give_up_shard>;
using dispatcher_own =
    takes<wake_atom, status_known, lives_found>::extend<caf::reacts_to<taken_back_atom, std::uint64_t>>;

using dispatcher_actor =
    merged<dispatcher_routing, dispatcher_waits, dispatcher_supervision, dispatcher_lifecycle>;
using dispatcher_self = merged<dispatcher_actor, dispatcher_own>;

// A dispatcher or an instance: who is told that what was to be started anew has been deleted.
using deletion_asker = takes<found_deleted>;

}  // namespace duroxide::internal

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::deliver)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::deliver_many)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::start_here)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::found_deleted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::wait_here)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::status_changed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::appeared)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::add_timers)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::cancel_timers)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::leaving)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::life_found)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::relocated)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::problem_noted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::give_up_shard)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::unfinished_activities)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::activities_not_in_pool)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::local_child_start)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::status_known)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::lives_found)
