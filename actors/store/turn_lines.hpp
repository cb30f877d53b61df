// Which of the turns that wait for a commit are committed next.
#pragma once

#include "actors/clock.hpp"
#include "actors/store/batch_room.hpp"
#include "actors/store/messages.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <vector>

namespace duroxide::internal {

// Three lines, each of which has a third of a batch; room that one does not use goes to the others, the first
// line first:
// - `going_on`: instances that began a short while ago, those first that began first, so that what has been
//   begun is ended before more is begun;
// - `beginning`: first turns of instances, as they came, so that no start waits for what runs already;
// - `others`, as they came: instances that have run for long, that were loaded, or that continued as new.
//
// Turns that cancel their instance stand at the head of the first one, so that what is cancelled does not
// grow meanwhile.
//
// So whatever one line is full of, the head of another one is in the next batch, and none waits for ever.
// Used by one thread.
class turn_lines {
public:
  enum class line : std::uint8_t { going_on, beginning, others };
  static constexpr std::size_t count_of_lines = 3;
  static constexpr duration short_while = std::chrono::seconds(5);

  struct taken_turn {
    pending_turn what;
    line from{};
  };

  void push(pending_turn turn, steady_time now);
  // At most `most` turns, as far as there is room for them.
  std::vector<taken_turn> take(std::size_t most, batch_room& room);
  // What could not be committed stands where it stood. REQUIRES: in the order in which they were taken.
  void put_back(std::vector<taken_turn> turns);
  // Takes away those that can be made again, with all that they have asked for: they begin no instance, and
  // nothing that they take is lost with the process.
  std::vector<pending_turn> take_repeatable();
  void clear();

  std::size_t size() const { return going_on_.size() + beginning_.size() + others_.size(); }
  std::size_t starts() const { return beginning_.size(); }
  bool empty() const { return size() == 0; }

private:
  void take_from(line which, std::size_t most, batch_room& room, std::vector<taken_turn>& to);

  std::multimap<steady_time, pending_turn> going_on_;  // by when the instance began
  std::deque<pending_turn> beginning_;
  std::deque<pending_turn> others_;
  std::size_t batches_ = 0;
};

}  // namespace duroxide::internal
