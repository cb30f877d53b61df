// The replay engine: one execution of one orchestration.
#pragma once

#include "duroxide/detail/engine.hpp"
#include "duroxide/detail/running_code.hpp"
#include "duroxide/limits.hpp"
#include "duroxide/registry.hpp"
#include "runtime/backlog.hpp"
#include "runtime/execution_setup.hpp"
#include "runtime/turn.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
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
class execution final : private detail::engine {
public:
  execution(execution_identity identity, orchestration_handler handler, execution_options options);
  ~execution() override;

  // A fresh execution: `started` (orchestration_started) becomes event 1 of the first turn.
  void begin(history_event started);
  // An execution that was stored. REQUIRES: not empty, ids from 1 without gaps, first orchestration_started.
  // A history that consists of event 1 alone is one whose first turn has not run.
  void replay(std::vector<history_event> history);

  // Instead, for an execution that has ended: how the code ends otherwise than the last event says. What
  // comes from outside (a cancellation, a limit, poison) is not asked for. REQUIRES: as for `replay`.
  std::optional<error_details> replay_to_the_end(std::vector<history_event> history);

  // Instead, for an execution that goes on: what does not match, also if the code has ended, or waits for
  // something else, where the history is open. (An instance that runs goes on from there as its code does.)
  // REQUIRES: as for `replay`.
  std::optional<error_details> replay_to_the_wait(std::vector<history_event> history);

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
  const detail::code_position& position() const noexcept { return position_; }
  // Whether what this event has asked for is not answered yet.
  bool waits_for(std::uint64_t event_id) const { return open_.contains(event_id); }
  // Whether a turn would take something from the backlog.
  bool can_take_from(const backlog& waiting) const;
  // The queues that the code waits for messages of.
  std::vector<std::string> awaited_queues() const;
  std::uint64_t last_event_id() const noexcept { return last_id_; }
  // Open operations and buffered messages as text: equal for executions in the same state.
  std::string state_for_comparison() const;
  // Set if the history did not match the code.
  const std::optional<error_details>& mismatch() const noexcept { return mismatch_; }

private:
  struct open_operation {
    event_kind kind = event_kind::activity_scheduled;
    std::string name;                              // of waits
    std::string instance;                          // of children
    detail::pending_operation* pending = nullptr;  // null: detached
  };

  // A queue message that a wait has received and the code has not seen yet. The data is in `pending`.
  struct held_message {
    std::string queue;
    std::uint64_t arrival = 0;
    const detail::pending_operation* pending = nullptr;
  };

  // -- detail::engine: what the coroutine calls -------------------------------
  void start(detail::operation what, detail::pending_operation& pending) override;
  void drop(detail::pending_operation& pending) noexcept override;
  void detach(detail::pending_operation& pending) noexcept override;
  void taken(detail::pending_operation& pending) noexcept override;
  void start_detached(detail::detached_start what) override;
  void continue_as_new(detail::continue_as_new next) override;
  void keep(std::unique_ptr<detail::kept_by_engine> detached) override;
  void let_go(const detail::kept_by_engine* settled) noexcept override;
  const detail::kv_map& kv() const override { return kv_; }
  void set_kv(std::string key, std::string value, std::source_location where) override;
  void clear_kv(std::string key, std::source_location where) override;
  void clear_all_kv(std::source_location where) override;
  void trace(detail::trace_record what) override;
  void set_custom_status(std::optional<std::string> status, std::source_location where) override;
  const std::optional<std::string>& custom_status() const override { return custom_status_; }
  timestamp utc_now(std::source_location where) override;
  std::string new_guid(std::source_location where) override;
  std::uint64_t random(std::source_location where) override;
  const std::string& instance_id() const override { return identity_.instance; }
  std::uint64_t execution_id() const override { return identity_.execution; }
  const std::string& orchestration_name() const override { return identity_.orchestration; }
  const std::string& orchestration_version() const override { return identity_.version; }
  bool is_replaying() const override { return replaying_; }
  std::uint64_t history_size() const override { return last_id_; }
  bool continue_as_new_suggested() const override;

  // -- running the coroutine --------------------------------------------------
  void run_first();
  void drain();
  void destroy_frames();
  void close_code();
  bool code_is_done() const {
    return finished_ || next_ || mismatch_ || abort_ || refused_ || !asked_too_much_.empty();
  }
  void settle(std::uint64_t source, std::variant<std::monostate, std::string, error_details> outcome);

  // -- history ----------------------------------------------------------------
  // Appends `asked`, or matches it with the next recorded event; gives the event as it is in history, or null
  // after a mismatch.
  const history_event* record(history_event asked, const std::source_location& where);
  const history_event* match(const history_event& asked, const std::source_location& where);
  const history_event& append(history_event event);
  std::uint64_t next_event_id();
  bool pass_drop();
  void pass_over_drops();
  void pass(const history_event& recorded);
  void set_mismatch(std::string message);
  bool has_deep_payloads_ahead() const;
  void replay_events();
  void note_drop(std::uint64_t event_id);

  // -- arrivals ---------------------------------------------------------------
  std::optional<history_event> to_event(const message& arrived) const;
  void apply(const history_event& arrived);
  void apply_completion(const history_event& arrived);
  void deliver_external(const history_event& raised);
  void receive_queued(const history_event& received);
  void deliver_queued(const std::string& queue);
  void give_back(detail::pending_operation& pending) noexcept;
  history_event schedule_event(const detail::operation& what);
  std::string id_of_child(std::uint64_t event_id) const;
  bool note_if_refused(std::string_view what, const std::string& name, const std::string& payload);
  bool note_if_unreadable(const history_event& asked, const std::source_location& where);
  void take(const message& next, backlog& waiting);
  bool has_room() const;
  void take_arrival(const message& arrived);
  void take_from(backlog& waiting);
  const std::string* first_queue_in(const backlog& waiting) const;
  bool records_on_arrival() const { return limits::records_queues_on_arrival(options_.history_format); }

  // -- endings (turn_assembly.cpp) --------------------------------------------
  turn& this_turn();
  turn take_turn();
  bool in_this_turn(std::uint64_t event_id) const { return event_id >= turn_first_id_; }
  turn assemble_turn();
  ending decide_ending();
  void close_code_for(ending& how);
  void record_ending(ending how);
  void cancel_open_operations();
  void cancel_effect(std::uint64_t event_id, const open_operation& operation);
  std::optional<error_details> verify(const std::optional<ending>& how) const;
  bool is_end_by_limit(const history_event& last) const;
  std::optional<std::string> difference_to(const history_event& last);
  void replay_first_turn(history_event started);
  turn roll_back_turn();
  bool is_turn_too_large(const std::optional<ending>& how);
  std::size_t response_bytes() const { return turn_bytes_ - bytes_before_response_; }
  void take_back_turn();
  error_details turn_too_large() const;
  std::vector<queued_message> give_back_rest();
  std::vector<kv_entry> kept_values() const;
  void collect_kv_changes();
  void warn_of_long_history();

  execution_identity identity_;
  orchestration_handler handler_;
  execution_options options_;

  // The history. `recorded_` is kept after replay only if every turn is verified.
  std::vector<history_event> recorded_;
  std::size_t cursor_ = 0;  // of the next recorded event that replay has not passed
  std::uint64_t last_id_ = 0;
  std::size_t history_bytes_ = 0;
  bool replaying_ = false;
  bool is_ended_history_ = false;           // that is replayed
  std::vector<std::uint64_t> odd_drops_;    // in replay: of the code or of the history alone, so far
  std::unique_ptr<history_event> started_;  // until the code runs
  bool code_started_ = false;
  bool ended_ = false;
  bool has_parent_ = false;

  // Of the turn that is being run.
  const turn_inputs* inputs_ = nullptr;
  std::unique_ptr<turn> turn_;
  std::uint64_t turn_first_id_ = 1;
  std::size_t turn_bytes_ = 0;
  std::size_t bytes_before_response_ = 0;  // of them, those before what arrived last
  std::string
      asked_too_much_;  // what passed the limit, and where; what was asked for after it is only counted

  // The state of the code.
  std::map<std::uint64_t, open_operation> open_;
  std::map<std::string, std::set<std::uint64_t>> event_waits_;
  std::map<std::string, std::set<std::uint64_t>> queue_waits_;  // no set is empty
  // Queue messages that are in history and that no wait has: those given back, and in format 1 all that came
  // while nobody waited. Arrival order and data.
  std::map<std::string, std::deque<std::pair<std::uint64_t, std::string>>> buffered_;
  std::map<std::uint64_t, held_message> held_;  // by the event id of the wait
  std::uint64_t arrivals_ = 0;
  std::optional<std::string> custom_status_;
  detail::kv_map kv_;
  bool finished_ = false;
  std::optional<detail::continue_as_new> next_;
  std::optional<std::string> cancel_reason_;
  std::optional<error_details> abort_;    // a system error that the code does not get to see
  std::optional<error_details> refused_;  // what was asked for and cannot be: the code does not get to see it
  std::optional<error_details> mismatch_;
  bool long_history_told_ = false;
  detail::code_position position_;
  bool closing_ = false;  // frames are being destroyed by the engine, not by the code

  std::vector<std::unique_ptr<detail::kept_by_engine>> kept_;  // detached, and not settled
  detail::branch_ptr<json_text> root_;  // last: destroyed first, while all of the above still exists
};

}  // namespace duroxide::internal
