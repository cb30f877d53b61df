#include "actors/turn_lines.hpp"

#include <algorithm>
#include <optional>

namespace duroxide::internal {

namespace {

bool begins_instance(const turn_commit& turn) {
  if (turn.creates) return true;
  return turn.execution == 1 && !turn.history.empty() && turn.history.front().execution == 1 &&
         turn.history.front().first_event_id == 1;
}

}  // namespace

void turn_lines::push(pending_turn turn, steady_time now) {
  forget_old(now);
  const place at = place_of(turn, now);
  if (turn.turn->ends && !turn.turn->begins) begun_.erase(turn.from.id());
  lines_[static_cast<std::size_t>(at.in)].emplace(at.rank, std::move(turn));
}

turn_lines::place turn_lines::place_of(const pending_turn& turn, steady_time now) {
  const std::uint64_t number = ++last_number_;
  const std::uint64_t instance = turn.from.id();
  if (begins_instance(*turn.turn)) {
    note_beginning(instance, turn.turn->execution, now);
    return {line::beginning, {number, number}};
  }
  const auto known = begun_.find(instance);
  if (known == begun_.end()) return {line::others, {number, number}};
  if (known->second.execution == turn.turn->execution)
    return {line::going_on, {known->second.number, number}};
  note_beginning(instance, turn.turn->execution, now);
  return {line::others, {number, number}};
}

void turn_lines::note_beginning(std::uint64_t instance, std::uint64_t execution, steady_time now) {
  begun_[instance] = {execution, last_number_};
  in_order_.push_back({now, instance, last_number_});
}

void turn_lines::forget_old(steady_time now) {
  for (; !in_order_.empty() && in_order_.front().since + short_while < now; in_order_.pop_front()) {
    const recent& oldest = in_order_.front();
    const auto at = begun_.find(oldest.instance);
    if (at != begun_.end() && at->second.number == oldest.number) begun_.erase(at);
  }
}

// Each line is the first in its turn, so that none finds the room of every batch taken.
std::vector<turn_lines::taken_turn> turn_lines::take(std::size_t most, batch_room& room) {
  std::vector<taken_turn> taken;
  taken.reserve(std::min(most, size()));
  const std::size_t share = std::max<std::size_t>(1, most / count_of_lines);
  for (std::size_t i = 0; i < count_of_lines; ++i)
    take_from((batches_ + i) % count_of_lines, std::min(share, most - taken.size()), room, taken);
  for (std::size_t i = 0; i < count_of_lines; ++i) take_from(i, most - taken.size(), room, taken);
  ++batches_;
  return taken;
}

void turn_lines::take_from(std::size_t number, std::size_t most, batch_room& room,
                           std::vector<taken_turn>& to) {
  auto& line_of = lines_[number];
  for (; most > 0 && !line_of.empty() && room.take(line_of.begin()->second.bytes); --most) {
    auto first = line_of.extract(line_of.begin());
    to.push_back({std::move(first.mapped()), {static_cast<line>(number), first.key()}});
  }
}

void turn_lines::put_back(std::vector<taken_turn> turns) {
  for (taken_turn& each : turns)
    lines_[static_cast<std::size_t>(each.from.in)].emplace(each.from.rank, std::move(each.what));
}

void turn_lines::clear() {
  for (auto& each : lines_) each.clear();
  begun_.clear();
  in_order_.clear();
}

std::size_t turn_lines::size() const {
  std::size_t all = 0;
  for (const auto& each : lines_) all += each.size();
  return all;
}

}  // namespace duroxide::internal
