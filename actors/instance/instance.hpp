// The actor of one orchestration instance.
#pragma once

#include "runtime/execution.hpp"
#include "actors/clock.hpp"
#include "actors/instance/commit_builder.hpp"
#include "actors/instance/crash_probation.hpp"
#include "actors/instance/forced_failure.hpp"
#include "actors/instance/instance_inbox.hpp"
#include "actors/instance/instance_record.hpp"
#include "actors/instance/instance_state.hpp"
#include "actors/instance/messages.hpp"
#include "actors/instance/start_callers.hpp"
#include "actors/instance/turn_effects.hpp"
#include "actors/node_context.hpp"
#include "actors/shard/messages.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace duroxide::internal {

// Holds the execution and runs its turns; its states are in instance_state.hpp. What always holds:
// - At most one commit is in flight; while it is, messages are only collected.
// - Nothing that a turn asked for leaves before its commit is durable (I2).
// - A refused commit throws everything in memory away: the dispatcher loads the instance anew.
// - A message is taken once, by whichever way it comes: in memory, or from the store.
// - An instance does not leave memory while a wait is open for a message that the store may have, or while
//   messages are in the store only.
class instance final : public instance_self::base {
public:
  // The first state is starting, adopting or loading. With a forced failure, which goes with loading, the
  // instance is not run but failed.
  instance(caf::actor_config& config, context_ptr context, dispatcher_actor dispatcher, std::string id,
           instance_state::any first, forced_failure failure = {});

  behavior_type make_behavior() override;
  void on_exit() override;
  const char* name() const override { return "instance"; }

private:
  // -- creation and loading (loading.cpp) ---------------------------------------
  void create();
  void on_loaded(instance_loaded answer);
  void restore(loaded_instance stored);
  void open(loaded_instance stored);
  void run_unanswered(activities_not_in_pool request);

  // -- messages (receiving.cpp) -------------------------------------------------
  void receive(message content);
  void receive(start_here start);
  void receive_loaded(std::vector<message> rows);
  void ask_for_pages();
  void take_page(queue_loaded answer);

  // -- turns --------------------------------------------------------------------
  void request_turn();
  bool may_make_turn();
  void run_turn();
  const std::string* stalled_by() const;
  void request_pages_or_turn();
  void settle_without_turn();
  void commit(turn made, timestamp began, std::vector<message> taken);
  void submit(built_commit built, turn made, std::vector<message> taken);
  void written(turn_receipt receipt);
  void refused(instance_states::committing finished, const std::string& why);
  void begin_next_execution(instance_states::committing& done, std::uint64_t start_message_id);

  // -- signals that need no code (signals.cpp) -------------------------------------
  bool take_signal(const loaded_instance& stored);
  void pause_or_resume(const loaded_instance& stored, const message& signal);
  void rewind(const loaded_instance& stored, const message& signal);

  // -- leaving memory (leaving.cpp) -----------------------------------------------
  void on_deleted(found_deleted m);
  void on_life_found(life_found m);
  void tell_of_start();
  void leave_if_drained();
  void leave(leave_reason reason, std::string detail = {});

  context_ptr context_;
  dispatcher_actor dispatcher_;
  instance_record record_;
  instance_state state_;
  instance_inbox inbox_;
  // Set in the states idle and committing, except while a forced failure is committed.
  std::unique_ptr<execution> execution_;
  start_callers callers_;
  forced_failure forced_failure_;
  turn_effects effects_;
  crash_probation probation_;
  // When this process made the first turn; empty otherwise, and after continue-as-new.
  std::optional<steady_time> began_;
  std::uint32_t failed_attempts_ = 0;  // in a row, before this one
  bool is_awaited_ = false;            // the dispatcher is to be told when it is stored
  bool draining_ = false;
};

}  // namespace duroxide::internal
