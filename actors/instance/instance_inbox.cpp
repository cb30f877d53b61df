#include "actors/instance/instance_inbox.hpp"

#include "duroxide/detail/pause_signal.hpp"
#include "duroxide/limits.hpp"
#include "runtime/stored_bytes.hpp"
#include "actors/clock.hpp"
#include "actors/store/batch_room.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace duroxide::internal {

namespace {

bool is_start(const message& m) { return m.kind == message_kind::start; }
bool is_cancel(const message& m) { return m.kind == message_kind::cancel; }

template <class From> void append(std::vector<message>& to, From&& more) {
  to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  more.clear();
}

}  // namespace

// -- what comes ---------------------------------------------------------------

instance_inbox::reception instance_inbox::receive(message content) {
  if (content.id != 0 && loaded_ids_.erase(content.id) > 0) return reception::known;
  if (is_to_be_left(content)) {
    is_unread_row(content) ? unread_.leave_in_store(std::move(content))
                           : queues_.leave_in_store(std::move(content));
    return reception::left;
  }
  bytes_ += content.data.size();
  arrived_.push_back(std::move(content));
  return reception::kept;
}

std::vector<message> instance_inbox::receive_loaded(std::vector<message> rows, timestamp horizon) {
  const timestamp now = wall_clock_now();
  std::vector<message> due;
  std::vector<message> later;
  for (message& each : rows) {
    if (is_for_later(each, now)) {
      const bool has_come = std::ranges::find(arrived_, each.id, &message::id) != arrived_.end();
      if (each.visible_at <= horizon && !has_come) later.push_back(std::move(each));
      continue;
    }
    if (!unread_.brings(each.id)) loaded_ids_.insert(each.id);
    due.push_back(std::move(each));
  }
  for (message& each : arrived_) {
    if (each.id != 0 && loaded_ids_.erase(each.id) > 0) continue;
    const bool is_behind = is_unread_row(each) && !unread_.is_whole() && is_to_be_left(each);
    is_behind ? unread_.leave_in_store(std::move(each)) : due.push_back(std::move(each));
  }
  arrived_ = std::move(due);
  weigh();
  return later;
}

// Whether a page of the inbox would bring it. Where messages of queues wait is not known before the history.
bool instance_inbox::is_unread_row(const message& m) const {
  if (m.id == 0) return false;
  return m.kind != message_kind::enqueued || !queues_are_open_ ||
         limits::records_queues_on_arrival(owner_.history_format);
}

// A message for a later life shows that this one is over, so it is kept. So is what starts or cancels an
// instance that waits for its time: it must not wait for that itself.
bool instance_inbox::is_to_be_left(const message& m) const {
  if (m.id == 0 || owner_.is_earlier_life(m) || owner_.is_later_life(m)) return false;
  if (duroxide::detail::is_termination(m) || duroxide::detail::is_rewind_signal(m)) return false;
  const bool is_urgent = is_start(m) || is_cancel(m);
  if (is_urgent && (awaits_start() || !queues_are_open_)) return false;
  return bytes_ >= unread_inbox::most_bytes || (is_unread_row(m) && !unread_.is_whole());
}

void instance_inbox::weigh() {
  bytes_ = 0;
  for (const message& each : arrived_) bytes_ += each.data.size();
}

// -- what is in memory --------------------------------------------------------

bool instance_inbox::asks_for_turn(const execution& code) const {
  if (awaits_start())
    return std::ranges::any_of(arrived_, [](const message& m) { return is_start(m) || is_cancel(m); });
  return !arrived_.empty() || first_turn_ == first_turn::due || code.can_take_from(queues_);
}

bool instance_inbox::is_settled(const execution& code) const {
  return !queues_.is_asked() && unread_.is_whole() && !asks_for_turn(code);
}

bool instance_inbox::may_read_page() const {
  return unread_.lacks() &&
         std::ranges::none_of(arrived_, [this](const message& m) { return is_unread_row(m); });
}

// -- what goes ----------------------------------------------------------------

bool instance_inbox::drop_foreign() {
  std::erase_if(arrived_, [this](const message& m) {
    const bool is_by_other =
        is_cancel(m) && !m.name.empty() && (!owner_.parent || owner_.parent->instance != m.name);
    if (is_by_other && m.id != 0) stale_.push_back(m.id);
    return is_by_other || owner_.is_earlier_life(m);
  });
  return std::ranges::any_of(arrived_, [this](const message& m) { return owner_.is_later_life(m); });
}

void instance_inbox::add_stale(std::span<const std::uint64_t> ids) {
  std::ranges::copy_if(ids, std::back_inserter(stale_), [](std::uint64_t id) { return id != 0; });
}

// -- signals that need no code --------------------------------------------------

std::vector<message>::const_iterator instance_inbox::next_signal(bool makes_turns) const {
  const auto rewind = std::ranges::find_if(arrived_, duroxide::detail::is_rewind_signal);
  if (rewind != arrived_.end()) return rewind;
  const auto termination = std::ranges::find_if(arrived_, duroxide::detail::is_termination);
  if (termination != arrived_.end()) return termination;
  const auto pause = std::ranges::find_if(arrived_, duroxide::detail::is_pause_or_resume);
  if (makes_turns) return awaits_start() || pause == arrived_.begin() ? pause : arrived_.end();
  const auto cancel = std::ranges::find_if(arrived_, is_cancel);
  return cancel != arrived_.end() ? cancel : pause;
}

bool instance_inbox::has_urgent_signal() const { return next_signal(true) != arrived_.end(); }

std::optional<message> instance_inbox::take_signal(bool makes_turns) {
  const auto next = next_signal(makes_turns);
  if (next == arrived_.end()) return std::nullopt;
  message taken = *next;
  arrived_.erase(next);
  weigh();
  return taken;
}

// Cancellations may come before their turn.
void instance_inbox::drop_signals_behind() {
  const auto last =
      std::ranges::find_if_not(arrived_.rbegin(), arrived_.rend(), duroxide::detail::needs_no_code);
  arrived_.erase(std::remove_if(last.base(), arrived_.end(), duroxide::detail::is_taken_alone),
                 arrived_.end());
  weigh();
}

// -- turns --------------------------------------------------------------------

// In a tree that is cancelled all at once, a child may end before its parent has been told; that is no failure
// of the parent, so cancellations go first. The cancellation of an instance that has not begun may be behind
// anything, so then all is taken.
instance_inbox::turn_messages instance_inbox::take_for_turn() {
  if (owner_.parent) std::ranges::stable_partition(arrived_, is_cancel);
  const bool awaited = std::exchange(first_turn_, first_turn::none) == first_turn::for_later;
  const bool is_before_start = awaited && std::ranges::none_of(arrived_, is_start);
  if (is_before_start) return {take_all(), true};
  batch_room room;
  const auto behind = std::ranges::find_if_not(arrived_, [&room](const message& m) {
    return !duroxide::detail::is_taken_alone(m) && room.take(stored_bytes(m));
  });
  if (behind == arrived_.end()) return {take_all(), false};
  turn_messages taken{{std::make_move_iterator(arrived_.begin()), std::make_move_iterator(behind)}, false};
  arrived_.erase(arrived_.begin(), behind);
  weigh();
  return taken;
}

void instance_inbox::put_back(std::vector<message> unused) {
  if (unused.empty()) return;
  append(unused, arrived_);
  arrived_ = std::move(unused);
  weigh();
}

void instance_inbox::begin_execution(message start, std::vector<message> unconsumed) {
  std::erase_if(arrived_,
                [&](const message& m) { return m.id != 0 && m.id == start.id; });  // came with a page
  std::vector<message> next;
  next.reserve(1 + unconsumed.size() + arrived_.size());
  next.push_back(std::move(start));
  append(next, unconsumed);
  append(next, arrived_);
  arrived_ = std::move(next);
  weigh();
}

std::vector<message> instance_inbox::take_all() {
  bytes_ = 0;
  return std::exchange(arrived_, {});
}

}  // namespace duroxide::internal
