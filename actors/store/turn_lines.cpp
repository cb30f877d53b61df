#include "actors/store/turn_lines.hpp"

#include "actors/store/messages.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <ranges>
#include <utility>

namespace duroxide::internal {

namespace {

bool cancels(const turn_commit& turn) { return turn.ends && turn.ends->status == runtime_status::cancelled; }

bool is_repeatable(const pending_turn& turn) {
  return !turn.turn->creates && turn.turn->finished_activities.empty();
}

}  // namespace

void turn_lines::push(pending_turn turn, steady_time now) {
  if (cancels(*turn.turn)) {
    turn.began = steady_time::min();
    going_on_.emplace(steady_time::min(), std::move(turn));
  } else if (turn.begins)
    beginning_.push_back(std::move(turn));
  else if (turn.began && now - *turn.began < short_while)
    going_on_.emplace(*turn.began, std::move(turn));
  else
    others_.push_back(std::move(turn));
}

// Each line is the first in its turn, so that none finds the room of every batch taken.
std::vector<turn_lines::taken_turn> turn_lines::take(std::size_t most, batch_room& room) {
  std::vector<taken_turn> taken;
  taken.reserve(std::min(most, size()));
  const std::size_t share = std::max<std::size_t>(1, most / count_of_lines);
  for (std::size_t i = 0; i < count_of_lines; ++i)
    take_from(static_cast<line>((batches_ + i) % count_of_lines), std::min(share, most - taken.size()), room,
              taken);
  for (std::size_t i = 0; i < count_of_lines; ++i)
    take_from(static_cast<line>(i), most - taken.size(), room, taken);
  ++batches_;
  return taken;
}

void turn_lines::take_from(line which, std::size_t most, batch_room& room, std::vector<taken_turn>& to) {
  if (which == line::going_on) {
    for (; most > 0 && !going_on_.empty() && room.take(going_on_.begin()->second.bytes); --most) {
      to.push_back({std::move(going_on_.begin()->second), which});
      going_on_.erase(going_on_.begin());
    }
    return;
  }
  auto& waiting = which == line::beginning ? beginning_ : others_;
  for (; most > 0 && !waiting.empty() && room.take(waiting.front().bytes); --most) {
    to.push_back({std::move(waiting.front()), which});
    waiting.pop_front();
  }
}

void turn_lines::put_back(std::vector<taken_turn> turns) {
  for (taken_turn& each : std::views::reverse(turns)) {
    switch (each.from) {
    case line::going_on: {
      const steady_time began = *each.what.began;
      going_on_.emplace_hint(going_on_.lower_bound(began), began, std::move(each.what));
      break;
    }
    case line::beginning: beginning_.push_front(std::move(each.what)); break;
    case line::others: others_.push_front(std::move(each.what)); break;
    }
  }
}

std::vector<pending_turn> turn_lines::take_repeatable() {
  std::vector<pending_turn> taken;
  for (auto each = going_on_.begin(); each != going_on_.end();) {
    if (!is_repeatable(each->second)) {
      ++each;
      continue;
    }
    taken.push_back(std::move(each->second));
    each = going_on_.erase(each);
  }
  for (auto* waiting : {&beginning_, &others_}) {
    const auto rest = std::stable_partition(waiting->begin(), waiting->end(), std::not_fn(is_repeatable));
    taken.insert(taken.end(), std::make_move_iterator(rest), std::make_move_iterator(waiting->end()));
    waiting->erase(rest, waiting->end());
  }
  return taken;
}

void turn_lines::clear() {
  going_on_.clear();
  beginning_.clear();
  others_.clear();
}

}  // namespace duroxide::internal
