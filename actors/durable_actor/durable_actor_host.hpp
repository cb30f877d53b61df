// The actor of one durable actor.
#pragma once

#include "runtime/durable_actor/actor_code.hpp"
#include "runtime/execution.hpp"
#include "actors/activity/activity_room.hpp"
#include "actors/durable_actor/command_turn.hpp"
#include "actors/durable_actor/messages.hpp"
#include "actors/instance/crash_probation.hpp"
#include "actors/instance/instance_inbox.hpp"
#include "actors/instance/instance_record.hpp"
#include "actors/instance/messages.hpp"
#include "actors/instance/turn_effects.hpp"
#include "actors/node_context.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace duroxide::internal {

//   state         has                          ends when                              with
//   ------------  ---------------------------  -------------------------------------  ------------------
//   loading       nothing                      the store has answered                 on_probation, idle, leaving
//   on_probation  what was loaded              the probation is recorded              idle, leaving
//   idle          the actor's code             a turn has something to record, or     committing, leaving,
//                                              there is a reason to leave memory, or  looking_up
//                                              a command is to be awaited
//   looking_up    the actor's code             the store has said whether that        idle, leaving
//                                              command is new
//   committing    the turn                     the journal has answered               idle, loading, leaving
//   leaving       nothing                      the dispatcher has said `bye_atom`     the end of the actor
//
// To a dispatcher it is an instance like any other. What always holds:
// - At most one commit is in flight; while it is, commands and queries are only collected.
// - Nothing is answered or sent before the turn is durable (I2).
// - A command that has a row is applied by one committed turn (I4); one that has none is answered by the turn that
//   applies it, or goes back to its client, which sends it through the store.
// - While a command awaits something (awaiting.cpp), no other one is applied, and queries see the state as it was.
// - Commands are applied in the order in which they became durable, those without a row behind all that have one.
class durable_actor_host final : public instance_self::base {
public:
  durable_actor_host(caf::actor_config& config, context_ptr context, dispatcher_actor dispatcher,
                     std::string id);

  behavior_type make_behavior() override;
  void on_exit() override;
  const char* name() const override { return "durable actor"; }

private:
  struct loading {
    bool is_to_be_repeated = false;  // a command has come that the store may not have had when it was read
  };
  struct on_probation {
    std::unique_ptr<loaded_instance> stored;
  };
  struct idle {
    bool turn_requested = false;
  };
  struct looking_up {};
  struct committing {
    std::shared_ptr<const turn_commit> commit;
    std::unique_ptr<command_turn> turn;  // null: a step of a command that goes on awaiting
    std::vector<duroxide::detail::trace_record> traces{};
    std::shared_ptr<activity_room::reservation> reserved{};  // of activities of the step
  };
  struct leaving_memory {};
  template <class State> bool in_state() const noexcept { return std::holds_alternative<State>(state_); }

  // A command that awaits something. Its execution goes before the task.
  struct awaiting_command {
    waiting_command what;
    std::unique_ptr<actor_task> task;
    std::unique_ptr<execution> code;
    bool has_run = false;    // its first turn has been made
    bool is_stored = false;  // its journal has been begun
  };

  // -- coming into memory -------------------------------------------------------
  void load();
  void on_loaded(instance_loaded answer);
  void restore(loaded_instance stored);
  void open(std::optional<loaded_instance> stored);
  bool make_code();

  // -- what comes ---------------------------------------------------------------
  void receive(message content);
  void receive(ask_here command);
  void receive(query_here query);
  void receive_loaded(std::vector<message> rows);
  void ask_for_pages();
  void take_page(queue_loaded answer);

  // -- turns --------------------------------------------------------------------
  bool has_commands() const;
  bool is_settled() const;
  void next();
  void settle_without_turn();
  void request_turn();
  void run_turn();
  std::unique_ptr<command_turn> begin_turn();
  class command_source;
  void apply_commands(command_turn& turn);
  void take_due(std::vector<message> arrived);
  void commit(std::unique_ptr<command_turn> turn);
  void commit(turn_commit made, committing rest);
  void written(turn_receipt receipt);
  void end_turn(command_turn& turn);
  void load_next_life();
  void refused(committing finished, const std::string& why);
  void apply_again(committing refused, std::vector<kept_answer> known);
  void reclaim(committing& unfinished);
  void take_back(command_turn& turn);

  // -- a command that awaits something (awaiting.cpp) ---------------------------
  bool is_to_be_looked_up(const waiting_command& command) const;
  void look_up(const std::string& command_id);
  void on_answer_found(answer_found found);
  void begin_awaiting(waiting_command command);
  bool resume_awaiting(loaded_instance& stored);
  void run_awaiting();
  void commit_step(turn made, timestamp began);
  void end_awaiting(turn made, const turn_inputs& inputs);
  void step_written();
  void hand_over_awaiting();
  void run_unanswered(activities_not_in_pool request);

  // -- leaving memory -----------------------------------------------------------
  void leave_if_drained();
  // The request that it came by.
  ask_here request_again(waiting_command command) const;
  void leave(leave_reason reason, std::string detail = {});

  context_ptr context_;
  dispatcher_actor dispatcher_;
  actor_address self_;
  instance_record record_;
  std::variant<loading, on_probation, idle, looking_up, committing, leaving_memory> state_;
  std::unique_ptr<actor_code> code_;    // while idle or committing
  std::optional<actor_state> written_;  // as the last commit left it
  // Commands, in the order in which they are applied: those of a turn that was refused; those that have a row; and
  // those that have none, all of which came when nothing was in the store only.
  std::deque<waiting_command> taken_back_;
  std::optional<instance_inbox> inbox_;
  std::deque<waiting_command> local_;
  std::deque<query_here> queries_;
  std::optional<awaiting_command> awaiting_;
  std::string looked_up_;  // the id of the command that is begun next, which the store has said to be new
  command_rules rules_;
  bool one_by_one_ = false;  // a turn takes one command only, until one is committed
  turn_effects effects_;
  crash_probation probation_;
  bool is_tried_again_ = false;  // after a failure, and has made no turn since
  bool draining_ = false;
};

}  // namespace duroxide::internal
