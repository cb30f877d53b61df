// Which of the turns that wait for a commit are committed next.
#pragma once

#include "actors/batch_room.hpp"
#include "actors/clock.hpp"
#include "actors/messages.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

namespace duroxide::internal {

// Three lines, each of which has a third of a batch, and of what the others leave the first one the most:
// - `going_on`: executions that began a short while ago, those first that began first, so that what has been
//   begun is ended before more is begun;
// - `beginning`: first turns of instances, as they came, so that no start waits for what runs already;
// - `others`, as they came: executions that have run for long, and what a continue-as-new begins.
// So whatever one line is full of, the head of another one is in the next batch, and none waits for ever.
// Used by one thread.
class turn_lines {
public:
  enum class line : std::uint8_t { going_on, beginning, others };
  static constexpr std::size_t count_of_lines = 3;
  static constexpr duration short_while = std::chrono::seconds(5);

  // Where a turn stands in its line: by when its execution began, or else by when it came.
  struct place {
    line in{};
    std::pair<std::uint64_t, std::uint64_t> rank;
  };
  struct taken_turn {
    pending_turn what;
    place from;
  };

  void push(pending_turn turn, steady_time now);
  // At most `most` turns, as far as there is room for them.
  std::vector<taken_turn> take(std::size_t most, batch_room& room);
  // What could not be committed stands where it stood.
  void put_back(std::vector<taken_turn> turns);
  void clear();

  std::size_t size() const;
  std::size_t size(line of) const { return lines_[static_cast<std::size_t>(of)].size(); }
  bool empty() const { return size() == 0; }

private:
  // The execution that an instance, known by its actor, is in.
  struct beginning {
    std::uint64_t execution = 0;
    std::uint64_t number = 0;  // in the order of beginnings
  };
  struct recent {
    steady_time since;
    std::uint64_t instance = 0;
    std::uint64_t number = 0;
  };

  place place_of(const pending_turn& turn, steady_time now);
  void note_beginning(std::uint64_t instance, std::uint64_t execution, steady_time now);
  void forget_old(steady_time now);
  void take_from(std::size_t number, std::size_t most, batch_room& room, std::vector<taken_turn>& to);

  std::array<std::map<std::pair<std::uint64_t, std::uint64_t>, pending_turn>, count_of_lines> lines_;
  std::unordered_map<std::uint64_t, beginning> begun_;
  std::deque<recent> in_order_;  // of those
  std::uint64_t last_number_ = 0;
  std::size_t batches_ = 0;
};

}  // namespace duroxide::internal
