// The actor of one durable actor.
#pragma once

#include "runtime/durable_actor/actor_code.hpp"
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
//   idle          the actor's code             a turn has something to record, or     committing, leaving
//                                              there is a reason to leave memory
//   committing    the turn                     the journal has answered               idle, loading, leaving
//   leaving       nothing                      the dispatcher has said `bye_atom`     the end of the actor
//
// To a dispatcher it is an instance like any other. What always holds:
// - At most one commit is in flight; while it is, commands and queries are only collected.
// - Nothing is answered or sent before the turn is durable (I2).
// - A command that has a row is applied by one committed turn (I4); one that has none is answered by the turn that
//   applies it, or goes back to its client, which sends it through the store.
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
  struct committing {
    std::shared_ptr<const turn_commit> commit;
    std::unique_ptr<command_turn> turn;
  };
  struct leaving_memory {};
  template <class State> bool in_state() const noexcept { return std::holds_alternative<State>(state_); }

  // -- coming into memory -------------------------------------------------------
  void load();
  void on_loaded(instance_loaded answer);
  void restore(loaded_instance stored);
  void open(const std::optional<actor_state>& stored);

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
  void request_turn();
  void run_turn();
  std::unique_ptr<command_turn> begin_turn();
  void apply_commands(command_turn& turn);
  void commit(std::unique_ptr<command_turn> turn);
  void written(turn_receipt receipt);
  void end_turn(command_turn& turn);
  void load_next_life();
  void refused(committing finished, const std::string& why);
  void apply_again(committing refused, std::vector<kept_answer> known);
  void take_back(command_turn& turn);

  // -- leaving memory -----------------------------------------------------------
  void leave_if_drained();
  void leave(leave_reason reason, std::string detail = {});

  context_ptr context_;
  dispatcher_actor dispatcher_;
  actor_address self_;
  instance_record record_;
  std::variant<loading, on_probation, idle, committing, leaving_memory> state_;
  std::unique_ptr<actor_code> code_;    // while idle or committing
  std::optional<actor_state> written_;  // as the last commit left it
  // Commands, in the order in which they are applied: those of a turn that was refused; those that have a row; and
  // those that have none, all of which came when nothing was in the store only.
  std::deque<waiting_command> taken_back_;
  std::optional<instance_inbox> inbox_;
  std::deque<waiting_command> local_;
  std::deque<query_here> queries_;
  command_rules rules_;
  bool one_by_one_ = false;  // a turn takes one command only, until one is committed
  turn_effects effects_;
  crash_probation probation_;
  bool is_tried_again_ = false;  // after a failure, and has made no turn since
  bool draining_ = false;
};

}  // namespace duroxide::internal
