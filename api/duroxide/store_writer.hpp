// What a journal commits: batches of turns, and what came of each.
#pragma once

#include "duroxide/kv.hpp"
#include "duroxide/store_error.hpp"
#include "duroxide/stored_rows.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace duroxide {

// A message that leaves an instance. It becomes an inbox row.
struct outgoing_message {
  message content;
  // Not 0: the sender delivers it in memory after the commit, because it owns the receiver's shard under this
  // tenure. Whoever owns the shard under another one finds the message in its inbox.
  std::uint64_t delivered_under = 0;
};

// An instance that a turn starts. If the id exists already, nothing is started; instead `if_exists`, when
// set, becomes an inbox row for the starter.
//
// Nor is a child in a closed tree, whose root has ended, is gone, or is to be cancelled by a client: its
// parent is about to be cancelled. The root is not locked: what is started just as it ends can start nothing.
struct outgoing_start {
  instance_start what;
  std::uint64_t delivered_under = 0;
  std::optional<outgoing_message> if_exists;
};

// How a turn changes its instance's row. Absent members leave the column as it is.
struct instance_update {
  runtime_status status = runtime_status::running;
  std::optional<std::string> version;  // set by continue-as-new
  std::optional<int> history_format;   // of the execution that begins, if it is another one
  std::optional<std::string> output;
  std::optional<error_details> error;
  // Engaged: the custom status changes to this value (none: reset), and its version grows by one.
  std::optional<std::optional<std::string>> custom_status;
};

// The execution that ends with this turn.
struct execution_end {
  std::uint64_t execution = 1;
  runtime_status status = runtime_status::completed;
  std::string output;  // completed: output; continued_as_new: the next input
  std::optional<error_details> error;
};

// The execution that begins with this turn, by continue-as-new. A start message for it is put into the inbox.
struct execution_begin {
  std::uint64_t execution = 1;
  std::string input;
  std::uint64_t delivered_under = 0;
};

// One turn of one instance: written completely or not at all (I1).
struct turn_commit {
  std::string instance;
  // That the turn was computed for; 0: whichever the id has, or the one that the turn creates.
  std::uint64_t life = 0;
  std::uint32_t shard = 0;
  std::uint64_t execution = 1;  // current when the turn ran
  timestamp began_at{};         // the time that its code saw

  std::optional<instance_start> creates;  // the turn is the first of an instance that is not stored yet
  instance_update update;
  std::vector<history_row> history;
  bool kv_cleared = false;    // all keys go, before `kv` is applied
  std::vector<kv_change> kv;  // each key once
  std::optional<execution_end> ends;
  std::optional<execution_begin> begins;
  std::vector<outgoing_message> messages;  // timers included: visible_at in the future
  std::vector<outgoing_start> starts;
  std::vector<stored_activity> activities;
  std::vector<std::uint64_t> finished_activities;   // event ids of `execution`; each row must exist
  std::vector<std::uint64_t> cancelled_activities;  // event ids of `execution`; rows may be gone
  std::vector<std::uint64_t> cancelled_timers;      // event ids of `execution`; rows may be gone
  std::vector<std::uint64_t> consumed;              // inbox ids; each row must exist (I4)
  // With `begins` only: queue messages that the execution had recorded and nobody took. They go back into the
  // inbox, in this order, before all others of their queues.
  std::vector<queued_message> given_back;
  bool ends_probation = false;  // the instance was on probation, and nobody died of it
};

// A message from a client.
struct client_post {
  message content;
  std::uint64_t delivered_under = 0;
};

// The outcome of an activity that this node claimed for an instance of another node's shard. Accepted only
// while this node is the owner of record; then `outcome` (activity_done) becomes an inbox row, and the
// activity is finished: nobody can claim it any more, and its row goes with the turn that takes the outcome.
struct claimed_outcome {
  activity_key key;
  message outcome;
};

// What a running activity of this node last said about its progress. Ignored if it is not this node's any
// more.
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
  // Instances that this node is about to run although a process that may have run them died: if this one dies
  // as well, a crash of theirs is counted. And those of them whose probation has ended without a turn.
  std::vector<std::string> probations;
  std::vector<std::string> ended_probations;
};

// -- what a write answers -----------------------------------------------------

enum class turn_outcome : std::uint8_t {
  committed,
  already_exists,  // `creates` names an instance that exists; nothing of the turn was written
  stale,       // a row that must exist does not, or an event id is taken: what the turn was computed from is
               // no longer true; nothing of the turn was written
  unwritable,  // the store cannot take it, now or later (a row that is too large for it); nothing of it was
               // written
};

struct start_receipt {
  bool started = false;
  std::uint64_t message_id = 0;  // of the start message, or of `if_exists`
  std::uint64_t life = 0;        // of the instance that was started
};

struct turn_receipt {
  turn_outcome outcome = turn_outcome::committed;
  std::string why;                         // unwritable: what the store said
  std::vector<std::uint64_t> message_ids;  // of turn_commit::messages, in order
  std::vector<start_receipt> starts;       // of turn_commit::starts, in order
  std::uint64_t begin_message_id = 0;      // of the start message that `begins` made
  std::uint64_t life = 0;                  // of the instance
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
  std::vector<std::uint64_t> outcomes;  // message ids; 0: not accepted, the activity was not ours any more
  // Of commit_batch::starts, in order: why the store cannot take it, now or later; empty: it can. May be
  // shorter than the starts, if the rest can be taken.
  std::vector<std::string> refused_starts;
};

// The one writer of a journal lane. Used by one thread.
class store_writer {
public:
  virtual ~store_writer() = default;

  // Writes the batch in one transaction, together with the fence: no turn of a writer whose epoch is over is
  // ever written (I3). A turn that cannot be written for its own reasons (turn_outcome) does not disturb the
  // others, nor does a start, a message or a progress that the store cannot take; a batch that has one may be
  // written in several transactions, a turn never (I1).
  virtual stored<batch_receipt> commit(const commit_batch& batch) = 0;
};

}  // namespace duroxide
