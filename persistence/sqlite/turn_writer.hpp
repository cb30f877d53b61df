// Writing one turn.
#pragma once

#include "persistence/sqlite/sending.hpp"

namespace duroxide::persistence::sqlite {

// Writes turns inside the caller's transaction. All that can refuse a turn is written first; a turn that was
// refused may have left traces, which the caller has to roll back.
class turn_writer {
public:
  turn_writer(database& db, const writing_context& context) : db_(db), context_(context) {}

  turn_receipt write(const turn_commit& turn);
  // Whether the turn that was refused last had written anything.
  bool left_traces() const { return db_.total_changes() != changes_before_; }
  // Whether the turns have left something that concerns other nodes: activities to claim, or work in their
  // hands that is not wanted any more.
  bool for_others() const { return for_others_; }

private:
  // What the turn was computed from still holds, and nobody else can rely on it any more.
  turn_outcome write_refusable(const turn_commit& turn);
  bool find(const turn_commit& turn);
  bool find_actor(const turn_commit& turn);
  bool take_consumed(const turn_commit& turn);
  bool take_finished(const turn_commit& turn);
  bool append_history(const turn_commit& turn);
  bool add_activities(const turn_commit& turn);

  bool take_answers(const turn_commit& turn, turn_receipt& receipt);
  void take_back(const turn_commit& turn);
  void change_actor(const turn_commit& turn);
  void destroy(const turn_commit& turn);

  void update_instance(const turn_commit& turn);
  void end_execution(const turn_commit& turn);
  void cancel(const turn_commit& turn);
  std::uint64_t begin_execution(const turn_commit& turn);
  void give_back(const turn_commit& turn);
  bool is_in_closed_tree(const instance_start& what);
  start_receipt start(const outgoing_start& what, timestamp now);
  void clear_leftovers();
  // The owners of activities that have just been deleted.
  void note_other_owners(row_cursor owners);

  database& db_;
  const writing_context& context_;
  std::uint64_t key_ = 0;  // the life of the instance whose turn is being written
  std::uint32_t shard_ = 0;
  timestamp answers_since_{};    // of an actor: of the state before the turn
  std::uint64_t open_root_ = 0;  // of its tree, once it has been looked at
  int changes_before_ = 0;
  bool for_others_ = false;
};

}  // namespace duroxide::persistence::sqlite
