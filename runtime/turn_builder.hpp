// What the turn that is being made will commit.
#pragma once

#include "duroxide/errors.hpp"
#include "runtime/execution_setup.hpp"
#include "runtime/open_operations.hpp"
#include "runtime/turn.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace duroxide::internal {

// Collects events and effects, and weighs the events, in bytes as the store is given them. Two limits hold: a
// turn takes no more arrivals when it is as large as a batch; and what the code asks for in response to one
// arrival may have `turn_limit` bytes. Beyond the second what the code asks for is only weighed, and the
// execution fails.
class turn_builder {
public:
  // REQUIRES: `options` outlives this.
  explicit turn_builder(const execution_options& options) : options_(options) {}

  // While it lives, a turn is being made. At other times, in replay and when frames are destroyed, the code
  // draws nothing and appends nothing.
  class input_scope {
  public:
    input_scope(turn_builder& builder, const turn_inputs& inputs);
    ~input_scope() { builder_.inputs_ = nullptr; }
    input_scope(const input_scope&) = delete;
    input_scope& operator=(const input_scope&) = delete;

  private:
    turn_builder& builder_;
  };
  // Null while no turn is being made.
  const turn_inputs* inputs() const noexcept { return inputs_; }

  // The turn so far.
  turn& content();
  // Null if there is nothing in it.
  const turn* content_so_far() const noexcept { return content_.get(); }
  // The events from this id on are of this turn.
  std::uint64_t first_id() const noexcept { return first_id_; }
  bool has(std::uint64_t event_id) const noexcept { return event_id >= first_id_; }
  // The next turn begins here, with nothing in it.
  turn take(std::uint64_t next_first_id);
  void begin_at(std::uint64_t first_id) noexcept { first_id_ = first_id; }

  // REQUIRES: the event has its id.
  const history_event& append(history_event&& event);
  // Stops what a dropped operation does; if it would begin with this turn, it never begins.
  void cancel_effect(std::uint64_t event_id, const open_operation& dropped);

  // The sizes. What is weighed and not appended comes with what is.
  void weigh(std::size_t bytes) noexcept { bytes_ += bytes; }
  void begin_response() noexcept { bytes_before_response_ = bytes_; }
  std::size_t response_bytes() const noexcept { return bytes_ - bytes_before_response_; }
  bool exceeds_limit() const noexcept { return response_bytes() > options_.turn_limit; }
  bool has_room() const noexcept;
  // What has passed the limit, as the error says it; empty: nothing has.
  const std::string& limit_passed_by() const noexcept { return limit_passed_by_; }
  void set_limit_passed_by(std::string description) { limit_passed_by_ = std::move(description); }

  // Takes back what the code asked for: what arrived stays taken, and event 1 recorded. Gives the turn as it
  // was.
  turn roll_back();
  // The same for an execution that ends with this turn: what it had stopped stays stopped, and what has been
  // answered in it is stopped as well.
  void take_back();

private:
  const execution_options& options_;
  const turn_inputs* inputs_ = nullptr;
  std::unique_ptr<turn> content_;  // null between turns: most instances wait, and it is large
  std::uint64_t first_id_ = 1;
  std::size_t bytes_ = 0;
  std::size_t bytes_before_response_ = 0;  // of `bytes_`, those before the last arrival
  std::string limit_passed_by_;
};

}  // namespace duroxide::internal
