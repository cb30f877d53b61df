// What a journal commits at a time, and the result of each part.
#pragma once

#include "duroxide/life.hpp"
#include "duroxide/problem.hpp"
#include "duroxide/turn_commit.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace duroxide {

// A message from a client.
struct client_post {
  message content;
  std::uint64_t delivered_under = 0;
  std::string creates{};  // as in outgoing_message
};

// The outcome of an activity that this node claimed for an instance of another node's shard. Accepted only
// while this node is the owner of record; then `outcome` (activity_done) becomes an inbox row, and the
// activity is finished: nobody can claim it any more, and its row goes with the turn that takes the outcome.
struct claimed_outcome {
  activity_key key;
  message outcome;
};

// The last report of a running activity of this node about its progress. Ignored if the node no longer holds the
// activity.
struct activity_progress {
  activity_key key;
  std::string details;
  timestamp reported_at{};
};

struct commit_batch {
  std::vector<std::shared_ptr<const turn_commit>> turns;
  std::vector<instance_start> starts;  // by clients; nothing is done for an id that exists
  std::vector<client_post> posts;
  std::vector<std::uint64_t> discarded;  // inbox ids to delete; rows may be gone
  std::vector<claimed_outcome> outcomes;
  std::vector<activity_progress> progress;
  // Instances that this node is about to run although a process that may have run them died: if this node dies
  // as well, a crash is counted for them. And those of them whose probation has ended without a turn.
  std::vector<std::string> probations;
  std::vector<std::string> ended_probations;
  // What keeps instances from going on that have not ended, in place of what was there before. No turn of such an
  // instance is in the same batch.
  std::vector<instance_problem> problems{};
  std::vector<std::string> ended_problems{};  // of instances that can be run again, and have nothing to do
};

// -- what a write answers -----------------------------------------------------

enum class turn_outcome : std::uint8_t {
  committed,
  already_exists,  // `creates` names an instance that exists; nothing of the turn was written
  stale,       // a row that must exist does not, or an event id is taken: what the turn was computed from is
               // no longer true; nothing of the turn was written
  unwritable,  // the store cannot take it, now or later (a row that is too large for it); nothing of it was
               // written
  repeated,    // an answer of `actor` has an id that has an answer already; nothing of it was written
};

struct start_receipt {
  bool started = false;
  std::uint64_t message_id = 0;  // of the start message, or of `if_exists`
  life_number life = 0;          // of the instance that was started
};

struct turn_receipt {
  turn_outcome outcome = turn_outcome::committed;
  std::string why;                         // unwritable: what the store said
  std::vector<std::uint64_t> message_ids;  // of turn_commit::messages, in order
  std::vector<start_receipt> starts;       // of turn_commit::starts, in order
  std::uint64_t begin_message_id = 0;      // of the start message that `begins` made
  life_number life = 0;                    // of the instance
  std::vector<kept_answer> repeated;       // the answers that are there already
};

enum class post_outcome : std::uint8_t {
  accepted,
  not_found,
  terminal,
  unwritable,  // the store cannot take it, now or later
};

struct post_receipt {
  post_outcome outcome = post_outcome::accepted;
  std::uint64_t message_id = 0;
  std::string why{};  // unwritable: what the store said
};

struct batch_receipt {
  std::vector<turn_receipt> turns;
  std::vector<bool> started;  // of commit_batch::starts, in order
  std::vector<post_receipt> posts;
  std::vector<std::uint64_t> outcomes;  // message ids; 0: not accepted, the activity was no longer ours
  // Of commit_batch::starts, in order: why the store cannot take it, now or later; empty: it can. May be
  // shorter than the starts, if the rest can be taken.
  std::vector<std::string> refused_starts;
};

}  // namespace duroxide
