// What one turn of an instance writes.
#pragma once

#include "duroxide/actor_rows.hpp"
#include "duroxide/kv.hpp"
#include "duroxide/label.hpp"
#include "duroxide/life.hpp"
#include "duroxide/problem.hpp"
#include "duroxide/stored_rows.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace duroxide {

// A message that leaves an instance. It becomes an inbox row.
struct outgoing_message {
  message content;
  // Not 0: the sender delivers it in memory after the commit, because it owns the receiver's shard under this
  // tenure. A node that owns the shard under another one finds the message in its inbox.
  std::uint64_t delivered_under = 0;
  // Not empty: the message is a command for a durable actor of this orchestration. If there is no instance of its id,
  // it is made: running, with nothing but this message.
  std::string creates{};
};

// An instance that a turn starts. If the id exists already, nothing is started; instead `if_exists`, when
// set, becomes an inbox row for the starter.
//
// A child is not started either if its tree is closed: its root has ended, is gone, or has a pending cancel from a
// client. Its parent is about to be cancelled then. The root is not locked: a child that is started just as the
// root ends can start nothing itself.
struct outgoing_start {
  instance_start what;
  std::uint64_t delivered_under = 0;
  std::optional<outgoing_message> if_exists;
};

// How a turn changes its instance's row. Absent members leave the column as it is.
struct instance_update {
  runtime_status status = runtime_status::running;
  std::optional<std::string> version;  // set by continue-as-new
  std::optional<int> history_format;   // if it is another one: from now on, or of the execution that begins
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
  // The life that the turn was computed for; 0: whichever the id has, or the one that the turn creates.
  life_number life = 0;
  std::uint32_t shard = 0;
  std::uint64_t execution = 1;  // current when the turn ran
  timestamp began_at{};         // the time that its code saw

  std::optional<instance_start> creates;  // the turn is the first of an instance that is not stored yet
  instance_update update;
  std::vector<history_row> history;
  bool kv_cleared = false;           // all keys are removed before `kv` is applied
  std::vector<kv_change> kv;         // each key once
  std::vector<label_change> labels;  // each name once
  std::optional<execution_end> ends;
  std::optional<execution_begin> begins;
  std::vector<outgoing_message> messages;  // timers included: visible_at in the future
  std::vector<outgoing_start> starts;
  std::vector<stored_activity> activities;
  std::vector<std::uint64_t> finished_activities;   // event ids of `execution`; each row must exist
  std::vector<std::uint64_t> cancelled_activities;  // event ids of `execution`; rows may be gone
  std::vector<std::uint64_t> cancelled_timers;      // event ids of `execution`; rows may be gone
  std::vector<std::uint64_t> consumed;              // inbox ids; each row must exist (I4)
  // Queue messages that go back into the inbox, in this order, before all others of their queues: those that the
  // execution had recorded but not taken, when another one begins, and those that it had taken, when it is rewound.
  std::vector<queued_message> given_back;
  std::uint64_t rewound = 0;                  // of a turn that rewinds: the id of the event that says so
  bool ends_probation = false;                // the instance was on probation, and nobody died of it
  bool ends_problem = false;                  // the instance had a problem, and goes on
  std::optional<instance_problem> problem{};  // that the instance has from now on, in the place of any other
  std::optional<actor_change> actor;          // of a durable actor
};

}  // namespace duroxide
