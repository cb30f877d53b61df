// The actor of one orchestration instance.
#pragma once

#include "runtime/backlog.hpp"
#include "runtime/execution.hpp"
#include "actors/clock.hpp"
#include "actors/instance/messages.hpp"
#include "actors/instance/turn_watch.hpp"
#include "actors/instance/unread_inbox.hpp"
#include "actors/node_context.hpp"
#include "actors/shard/messages.hpp"

#include <caf/event_based_actor.hpp>

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace duroxide::internal {

// Why an instance that cannot be run any more is to be failed.
using forced_failure = std::optional<error_details>;

// Holds the execution and runs its turns. What always holds:
// - At most one commit is in flight; while it is, messages are only collected.
// - Nothing that a turn asked for leaves before its commit is durable (I2).
// - A refused commit throws everything in memory away: the dispatcher loads the instance anew.
// - A message is taken once, by whichever way it comes: in memory, or from the store.
// - It does not leave while a wait is open for a message that the store may have, or messages are in the store
// only.
class instance final : public caf::event_based_actor {
public:
  // A new instance: its first turn and its creation are one commit.
  instance(caf::actor_config& config, context_ptr all, caf::actor dispatcher, start_here start);
  // A stored one whose first turn has not run, and of which nothing has changed since.
  instance(caf::actor_config& config, context_ptr all, caf::actor dispatcher, local_child_start child);
  // A stored one. With a forced failure, it is not run but failed.
  instance(caf::actor_config& config, context_ptr all, caf::actor dispatcher, std::string id,
           forced_failure failure);

  caf::behavior make_behavior() override;
  void on_exit() override;
  const char* name() const override { return "instance"; }

private:
  // -- coming to life ---------------------------------------------------------
  void create();
  void be_born();
  void ask_for_starters();
  void take_up(instance_loaded answer);
  void take_up(loaded_instance stored);
  void take_inbox(std::vector<message> inbox);
  void submit_unfinished(std::vector<stored_activity> unfinished);
  void run_unanswered(unclaimed_activities request);
  std::unique_ptr<execution> make_execution(const registered_orchestration& handler);
  void commit_forced_failure(const loaded_instance& stored);

  // -- on probation (crash_probation.cpp) ----------------------------------------------------
  void enter_probation(loaded_instance stored);
  void run_on_probation();
  void end_probation_without_turn();
  void leave_probation_gate();

  // -- its inbox (inbox.cpp) -------------------------------------------
  void receive(message arrived);
  bool is_in_inbox(const message& m) const;
  bool is_to_be_left(const message& m) const;
  void leave_to_store(message arrived);
  void weigh_arrived();
  void ask_for_pages();
  void take_page(queue_loaded answer);
  void take_inbox_page(queue_page page);

  // -- turns ------------------------------------------------------------------
  void request_turn();
  bool may_make_turn();
  void let_cancels_go_first();
  void take_arrived(bool all);
  void put_back_arrived(std::size_t taken);
  void run_turn();
  // Under the eyes of those who watch over long turns. REQUIRES: an execution.
  template <class Body> auto run_code(Body body) {
    const turn_watch::running_turn watched(*context_->watch, id_, status_.orchestration, status_.version,
                                           execution_->position());
    return body();
  }
  void look_further();
  void commit(turn made);
  void send_to_journal(std::shared_ptr<turn_commit> committed);
  void leave_gate();
  void written(turn_receipt receipt);
  void put_off();
  void refused(const std::string& why);
  void answer_creator(result<start_result, error_details> outcome);
  void release_effects(const turn_receipt& receipt);
  void tell_waiters();
  void log_traces();
  void count_turn();
  void release_messages(const turn_receipt& receipt);
  void release_starts(const turn_receipt& receipt);
  void cancel_elsewhere();
  void update_status();
  void begin_next_execution(const turn_commit& turn, std::uint64_t start_message_id);

  // -- going ------------------------------------------------------------------
  void drop_foreign_cancels();
  bool meets_later_life();
  bool may_run() const;
  bool nothing_to_do() const;
  void leave_if_drained();
  void leave(leave_reason reason, std::string detail = {});
  void leave_unregistered();
  void bounce();
  void make_room(found_deleted m);
  void compare_life(life_found m);
  void discard_stale();

  context_ptr context_;
  caf::actor dispatcher_;
  std::string id_;
  forced_failure forced_failure_;

  // Callers of start whom nobody has answered yet; whoever creates the instance is the first of them.
  std::vector<start_here> starters_;
  std::unique_ptr<start_here> creation_;  // until it is stored
  std::unique_ptr<local_child_start> local_child_start_;
  bool stored_ = false;
  std::uint64_t life_ = 0;      // none before it is stored
  steady_time stored_since_{};  // at the latest: when it was known

  instance_status status_;
  int history_format_ = limits::history_format;
  std::optional<parent_link> parent_;
  std::uint64_t root_ = 0;   // with a parent: the life of the root of its tree
  std::uint32_t depth_ = 0;  // below the root
  std::unique_ptr<execution> execution_;
  std::vector<message> arrived_;
  std::size_t arrived_bytes_ = 0;  // of their payloads, or a little more
  unread_inbox unread_;
  backlog waiting_;
  std::unordered_set<std::uint64_t> loaded_ids_;                     // came with the load, may come once more
  std::unordered_map<std::uint64_t, std::uint64_t> timer_messages_;  // of open timers: event id to message id

  std::optional<steady_time> began_;  // while it is in the execution that began in this process

  // The turn that is being committed.
  timestamp turn_began_{};
  std::string version_of_turn_;
  std::shared_ptr<const turn_commit> in_flight_;
  std::size_t bytes_at_gate_ = 0;  // of that
  std::vector<message> in_turn_;
  std::vector<message> unconsumed_;
  std::vector<std::uint64_t> stale_;  // ids of messages that it found stale
  std::vector<duroxide::detail::trace_record> traces_;

  // A process died that may have run this instance: it is run only once that is recorded.
  std::unique_ptr<loaded_instance> awaiting_probation_;
  bool on_probation_ = false;
  bool has_failed_ = false;  // and has made no turn since
  bool at_probation_gate_ = false;

  bool first_turn_due_ = false;
  bool awaits_start_ = false;  // its first turn is for later; what arrives before is for then
  bool turn_requested_ = false;
  bool leaving_ = false;
  bool draining_ = false;
};

}  // namespace duroxide::internal
