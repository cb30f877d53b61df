// The messages of an instance: those in memory, and what is known of those that are in the store only.
#pragma once

#include "runtime/backlog.hpp"
#include "runtime/execution.hpp"
#include "actors/instance/instance_record.hpp"
#include "actors/instance/unread_inbox.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <unordered_set>
#include <utility>
#include <vector>

namespace duroxide::internal {

// A message is taken once, by whichever way it comes: as a new one, or from the store. It is in one place:
//
//   arrived   in memory, for the next turn
//   taken     for the turn that is being made or committed, which holds it
//   unread    in the store only, and read page by page (unread_inbox.hpp)
//   queues    messages of queues, which wait there until the code asks for them (runtime/backlog.hpp)
//
// The record must outlive this.
class instance_inbox {
public:
  enum class reception : std::uint8_t {
    known,  // it has come before
    kept,   // in memory
    left,   // to the store, which has it
  };

  explicit instance_inbox(const instance_record& owner) : owner_(owner) {}

  // -- what comes -------------------------------------------------------------
  reception receive(message content);
  // What came with the load. Gives those that are due later, and by this time: the dispatcher holds them.
  std::vector<message> receive_loaded(std::vector<message> rows, timestamp horizon);
  // The history is open, so that messages of queues can wait in their queues from now on.
  void open_queues() noexcept { queues_are_open_ = true; }

  // -- the first turn ---------------------------------------------------------
  enum class first_turn : std::uint8_t {
    none,       // it has been made, or a message asks for it
    due,        // no message asks for it
    for_later,  // its start has not come; what arrives before is for then, but for a cancellation
  };
  void set_first_turn(first_turn when) noexcept { first_turn_ = when; }
  bool awaits_start() const noexcept { return first_turn_ == first_turn::for_later; }

  // -- what is in memory ------------------------------------------------------
  std::size_t bytes() const noexcept { return bytes_; }  // of the payloads that have arrived
  const std::vector<message>& arrived() const noexcept { return arrived_; }
  // Whether a turn has something to do.
  bool asks_for_turn(const execution& code) const;
  // Whether all that has a row, but for messages of queues, is in memory, or on its way here.
  bool has_read_all() const noexcept { return unread_.is_whole(); }
  // Whether it has nothing to do, and nothing is in the store only.
  bool is_settled(const execution& code) const;

  // -- what goes --------------------------------------------------------------
  // What nobody is to take: cancellations by somebody who asked for a child with this id, which was taken, and
  // what is for lives before this one. True if there is something for a later life.
  bool drop_foreign();
  template <class Unwanted> void drop_if(Unwanted unwanted) {
    std::erase_if(arrived_, unwanted);
    weigh();
  }
  // Messages that a turn found stale. They are discarded when a turn that came after it is committed: a turn
  // that is refused may have been computed from a wrong state.
  void add_stale(std::span<const std::uint64_t> ids);
  std::vector<std::uint64_t> take_stale() { return std::exchange(stale_, {}); }

  // -- signals that need no code ------------------------------------------------
  // Whether one of them comes before the next turn: to terminate the instance, or to pause it or let it go on, if
  // nothing is in front of that, or all waits for the start of the instance.
  bool has_urgent_signal() const;
  // Takes it. `makes_turns`: false if the instance is paused or its code cannot be run: then a cancellation is one of
  // them, and none waits for what is in front of it.
  std::optional<message> take_signal(bool makes_turns);
  // Leaves those to the store that a load has brought from behind the first page of the inbox.
  void drop_signals_behind();

  // -- turns ------------------------------------------------------------------
  struct turn_messages {
    std::vector<message> messages;
    bool is_before_start = false;  // the instance is cancelled before its start has come
  };
  // Takes as much as one turn may have; the rest is for the next one.
  turn_messages take_for_turn();
  // Before all that has arrived since: messages that were taken for a turn, and not used.
  void put_back(std::vector<message> unused);
  // For the execution after a continue-as-new: its start, what the turn did not take, and what has arrived.
  void begin_execution(message start, std::vector<message> unconsumed);
  // Everything that is in memory, without the queues.
  std::vector<message> take_all();

  unread_inbox& unread() noexcept { return unread_; }
  backlog& queues() noexcept { return queues_; }
  const backlog& queues() const noexcept { return queues_; }
  // Whether nothing that has a row is in memory, so that the next page is the front of what is unread.
  bool may_read_page() const;

private:
  bool is_unread_row(const message& m) const;
  bool is_to_be_left(const message& m) const;
  std::vector<message>::const_iterator next_signal(bool makes_turns) const;
  void weigh();

  const instance_record& owner_;
  std::vector<message> arrived_;
  std::size_t bytes_ = 0;  // or a little more
  unread_inbox unread_;
  backlog queues_;
  std::unordered_set<std::uint64_t> loaded_ids_;  // came with the load, and may come once more
  std::vector<std::uint64_t> stale_;
  bool queues_are_open_ = false;
  first_turn first_turn_ = first_turn::none;
};

}  // namespace duroxide::internal
