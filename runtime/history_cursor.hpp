// Where an execution stands in its history, and on replay whether the code asks for what was recorded.
#pragma once

#include "duroxide/code_location.hpp"
#include "duroxide/detail/payload_rewriter.hpp"
#include "duroxide/errors.hpp"
#include "duroxide/history_event.hpp"
#include "runtime/execution_setup.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace duroxide::internal {

// How much history there is, passed on replay and appended live.
struct history_extent {
  std::uint64_t last_id = 0;
  std::size_t bytes = 0;

  void add(const history_event& event);
  // Whether the code does well to continue as new.
  bool is_long() const noexcept;
};

// Live, it numbers the events that are appended. On replay, it points to the next recorded event: the code
// passes it by asking for the same (strict matching), and the engine by applying what arrived. A first
// difference is kept as the mismatch, and everything after it has no meaning.
//
// `operation_dropped` and `orchestration_rewound` events are for readers only: replay passes over them wherever they
// are, and notes on which drops the code and the history do not agree.
class history_cursor {
public:
  // REQUIRES: `identity` outlives this.
  explicit history_cursor(const execution_identity& identity) : identity_(identity) {}

  const history_extent& extent() const noexcept { return extent_; }
  // Live: gives the event its id, the next one.
  void number(history_event& event);
  // Live: the events behind `last_id` are not appended after all.
  void return_to(std::uint64_t last_id) noexcept { extent_.last_id = last_id; }

  // Takes a stored history, of which event 1 is passed. REQUIRES: not empty, ids that begin with 1 and grow.
  void load(std::vector<history_event> recorded);
  // While it lives, the execution is replayed.
  class replay_scope {
  public:
    explicit replay_scope(history_cursor& cursor) : cursor_(cursor) { cursor_.replaying_ = true; }
    ~replay_scope() { cursor_.replaying_ = false; }
    replay_scope(const replay_scope&) = delete;
    replay_scope& operator=(const replay_scope&) = delete;

  private:
    history_cursor& cursor_;
  };
  bool is_replaying() const noexcept { return replaying_; }
  // After replay, also after a mismatch: what is appended goes behind all that is recorded.
  void go_to_end();

  // The recorded event that replay comes to next; null at the end.
  const history_event* next() const noexcept;
  std::span<const history_event> ahead() const noexcept;
  void pass();
  void pass_notes();  // what is for readers only
  // Passes the next event if it is the one that the code asks for; else null, and there is a mismatch. `rewrite`: of
  // the payload that is asked for.
  const history_event* match(const history_event& asked, const code_location& where,
                             detail::payload_rewriter rewrite = nullptr);
  // The id of the event that the code asks for next, live and on replay.
  std::uint64_t next_id();

  // On replay: the code has dropped an operation.
  void drop(std::uint64_t event_id);
  // A drop that was made by the code or is in the history, and not both, so far.
  std::optional<std::uint64_t> disputed_drop() const;

  // A second mismatch changes nothing.
  void set_mismatch(std::string difference);
  void set_mismatch(error_details difference) { mismatch_ = std::move(difference); }
  void forgive_mismatch() { mismatch_.reset(); }
  const std::optional<error_details>& mismatch() const noexcept { return mismatch_; }

  // What is recorded, as far as it is kept in memory.
  const std::vector<history_event>& recorded() const noexcept { return recorded_; }
  void keep(std::span<const history_event> appended);
  void forget_recorded();

private:
  void pass_note();
  void note_drop(std::uint64_t event_id);

  const execution_identity& identity_;
  history_extent extent_;
  std::vector<history_event> recorded_;
  std::size_t position_ = 0;  // of the next recorded event
  bool replaying_ = false;
  std::vector<std::uint64_t> disputed_drops_;
  std::optional<error_details> mismatch_;
};

}  // namespace duroxide::internal
