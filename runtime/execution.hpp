// One execution of one orchestration, live or replayed: the interface of this layer.
#pragma once

#include "runtime/execution_state.hpp"
#include "runtime/orchestration_engine.hpp"
#include "runtime/turn.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace duroxide::internal {

// Keeps the coroutine between turns. Pure: no thread, no clock, no I/O; used by one thread at a time.
//
//   execution e(identity, handler, options);
//   e.begin(started);  or  e.replay(history);     once
//   turn t = e.run(messages, backlog, inputs);    again and again, until t.ends
//
// What always holds:
// - History is a sequence in which each arrival (a completion, an event, a message) is followed by what the
//   code asked for in response. So replay needs nothing but the history, and how arrivals were batched into
//   turns leaves no trace.
// - A queue message enters history when a wait takes it, not before (history format 2); until then it is no
//   business of replay.
// - Completions are delivered one at a time, and the coroutine runs until it blocks before the next one, live
//   and on replay alike; hot and cold give the same result.
// - A mismatch between code and history is never an exception inside the user's coroutine, which could catch
//   it: the coroutine is left where it is, and the turn ends as nondeterminism.
class execution final {
public:
  execution(execution_identity identity, orchestration_handler handler, execution_options options);

  // A fresh execution: `started` (orchestration_started) becomes event 1 of the first turn.
  void begin(history_event started);
  // An execution that was stored. REQUIRES: not empty, ids from 1 without gaps, first orchestration_started.
  // A history that consists of event 1 alone is one whose first turn has not run.
  void replay(std::vector<history_event> history);

  // Takes what has arrived and, from the backlog, what is waited for; stops taking when the turn has become
  // as large as a batch may be, and says how much it took of what has arrived. REQUIRES: begun or replayed;
  // not ended.
  turn run(std::span<const message> arrived, backlog& waiting, const turn_inputs& inputs);

  // Instead of the first `run`, of an execution that is cancelled before it began: its code does not run.
  // REQUIRES: begun; a cancel message has arrived.
  turn cancel_before_start(std::span<const message> arrived, backlog& waiting, const turn_inputs& inputs);

  // Ends the execution from outside, as failed. REQUIRES: not ended.
  turn fail(error_details why, const turn_inputs& inputs);

  bool ended() const noexcept { return ended_; }
  // Where the code is. Any thread may read it, while this lives.
  const detail::code_position& position() const noexcept { return state_.position; }
  // Whether what this event has asked for is not answered yet.
  bool waits_for(std::uint64_t event_id) const { return state_.open.find(event_id) != nullptr; }
  // Whether a turn would take something from the backlog.
  bool can_take_from(const backlog& waiting) const;
  // The queues that the code waits for messages of.
  std::vector<std::string> awaited_queues() const;
  std::uint64_t last_event_id() const noexcept { return state_.history.extent().last_id; }
  // Open operations and buffered messages as text: equal for executions in the same state.
  std::string state_for_comparison() const;
  // Set if the history did not match the code.
  const std::optional<error_details>& mismatch() const noexcept { return state_.history.mismatch(); }

private:
  turn end_turn();

  execution_state state_;
  orchestration_engine code_{state_};
  bool ended_ = false;
};

}  // namespace duroxide::internal
