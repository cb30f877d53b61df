// The states of an instance that is in memory.
#pragma once

#include "duroxide/detail/engine.hpp"
#include "actors/activity/activity_room.hpp"
#include "actors/instance/turn_gate.hpp"
#include "actors/shard/messages.hpp"

#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace duroxide::internal {

//   state         has                          ends when                              with
//   ------------  ---------------------------  -------------------------------------  -----------------------------
//   starting      a client's start             it begins to run                       idle, leaving
//   adopting      what its parent stored       it begins to run                       on_probation, idle, leaving
//   loading       nothing                      the store has answered                 on_probation, idle,
//                                                                                     committing, leaving
//   on_probation  what was loaded              the probation is recorded              idle, committing, leaving
//   idle          an execution                 a turn has something to record, or     committing, leaving
//                                              there is a reason to leave memory
//   committing    the turn, and the execution  the journal has answered               idle
//   leaving       nothing                      the dispatcher has said `bye_atom`     the end of the actor
//
// An instance that is to end, to pause or to go on without its code comes to committing without an execution, and
// leaves memory after that.
namespace instance_states {

// Data that only the first states need is large. It is held by pointer, so that the variant stays small.
struct starting {
  std::unique_ptr<start_here> start;
};

struct adopting {
  std::unique_ptr<local_child_start> child;
};

struct loading {};

struct on_probation {
  std::unique_ptr<loaded_instance> stored;
};

struct idle {
  bool turn_requested = false;  // its message is on its way, or waits at the turn gate
  // Loaded, and not yet told what is in the queues that it waits for: that may have been sent before what has arrived.
  bool awaits_queues = false;
};

// While a turn is committed, messages are only collected.
struct committing {
  std::shared_ptr<const turn_commit> turn;
  std::string version;           // that ran the turn
  std::vector<message> taken{};  // from the inbox
  std::vector<message> unconsumed{};
  std::vector<duroxide::detail::trace_record> traces{};
  turn_gate::counted_turn counted{};
  std::shared_ptr<activity_room::reservation> reserved{};
};

struct leaving {};

}  // namespace instance_states

class instance_state {
public:
  using any = std::variant<instance_states::starting, instance_states::adopting, instance_states::loading,
                           instance_states::on_probation, instance_states::idle, instance_states::committing,
                           instance_states::leaving>;

  explicit instance_state(any first) : current_(std::move(first)) {}

  template <class State> bool holds() const noexcept { return std::holds_alternative<State>(current_); }
  // Null in another state.
  template <class State> State* get_if() noexcept { return std::get_if<State>(&current_); }

  // Throws broken_invariant for a transition that is not in the table.
  void enter(any next);
  // Gives the content of the state before, too. Throws broken_invariant also if that is another one.
  template <class Before> Before exchange(any next) {
    ensure_is(holds<Before>());
    Before before = std::get<Before>(std::move(current_));
    enter(std::move(next));
    return before;
  }

  // The actor ends, in whatever state.
  void end() noexcept { current_ = instance_states::leaving(); }

private:
  static void ensure_is(bool expected);

  any current_;
};

}  // namespace duroxide::internal
