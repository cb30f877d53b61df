// What journals and the store executor are told. These messages never leave the process.
#pragma once

#include "duroxide/client_port.hpp"
#include "duroxide/provider.hpp"
#include "actors/clock.hpp"
#include "actors/instance/messages.hpp"
#include "actors/messages.hpp"

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/atom.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace duroxide::internal {

struct commit_turn {
  std::shared_ptr<const turn_commit> turn;
  std::size_t bytes = 0;
  bool begins = false;  // it is the first turn of its instance
  // When the first turn of the instance was made, if this process made it; empty after continue-as-new.
  std::optional<steady_time> began;
};

struct pending_turn {
  std::shared_ptr<const turn_commit> turn;
  std::size_t bytes = 0;
  bool begins = false;
  std::optional<steady_time> began;
  instance_actor from;
};

// From the journal of the lane before; answered when all are written.
struct commit_turns {
  std::vector<pending_turn> turns;
};

struct commit_post {
  message content;
  reply<std::monostate> done;
  std::string creates{};  // as in outgoing_message
};

// A start by a client that goes through the store: of an instance of another node's shard, or one with a delay.
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

// The instance that sends it is told `probation_begun_atom` when that is durable.
struct begin_probation {
  std::string instance;
};

struct end_probation {
  std::string instance;
};

// The dispatcher that sends it is told `problem_noted` when that is durable.
struct note_problem {
  instance_problem what;
};

// The instance can be run again, and has nothing to do.
struct end_problem {
  std::string instance;
};

// The node stops: turns that can be repeated at the next start are committed for one more second only.
using hurry_atom = caf::atom_constant<caf::atom("hurry")>;

using flush_atom = caf::atom_constant<caf::atom("flush")>;

using journal_requests =
    takes<commit_turn, commit_turns, commit_start, commit_post, begin_probation, end_probation, note_problem,
          end_problem, commit_discards, commit_outcome, commit_progress>;
using journal_lifecycle = takes<context_ptr, hurry_atom, stop_atom>;

using journal_actor = merged<journal_requests, journal_lifecycle>;
using journal_self = merged<journal_actor, takes<flush_atom>>;

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

// Called on the store executor's thread: for whatever else has to wait for the store, and is answered at once.
struct ask_store {
  std::function<void(provider&)> ask;
};

// Requests that the store executor passes to a reader, and `free_atom`, by which a reader says that it is idle. A
// reader sends back a request that it could not serve.
struct load_for {
  std::string instance;
  instance_actor from;
  std::uint32_t attempt = 1;
};

struct page_for {
  queue_request request;
  instance_actor from;
  std::uint32_t attempt = 1;
};

using free_atom = caf::atom_constant<caf::atom("free")>;

using reader_actor = takes<load_for, page_for>;
using store_executor_actor = takes<ask_store, load_request, queue_request>;
// What readers send back: a request that they could not serve, or that they are free.
using store_executor_self = merged<store_executor_actor, takes<load_for, page_for, free_atom>>;

}  // namespace duroxide::internal

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::commit_turn)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::commit_turns)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::commit_post)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::commit_start)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::begin_probation)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::end_probation)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::note_problem)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::end_problem)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::commit_discards)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::commit_outcome)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::commit_progress)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::load_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::load_for)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::queue_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::page_for)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::ask_store)
