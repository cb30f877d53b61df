// How an instance takes what needs no code: to pause, to go on, and to end.
#include "duroxide/detail/pause_signal.hpp"
#include "actors/clock.hpp"
#include "actors/instance/forced_failure.hpp"
#include "actors/instance/instance.hpp"

#include <utility>

namespace duroxide::internal {

namespace {

// A first failure may be a race.
constexpr std::uint32_t enough_to_go_without_code = 2;

// An execution whose first turn has not been made is known by its history, which has one event, or none.
std::optional<history_event> recorded(const message& signal, const loaded_instance& stored) {
  if (stored.history.empty()) return std::nullopt;
  const std::uint64_t last_id = stored.history.back().first_event_id + stored.history.back().count - 1;
  if (last_id == 1) return std::nullopt;
  history_event raised;
  raised.id = last_id + 1;
  raised.kind = event_kind::external_raised;
  raised.name = signal.name;
  raised.data = signal.data;
  return raised;
}

outgoing_message passed_on(const message& signal, const std::string& child, timestamp now) {
  outgoing_message same;
  same.content.kind = signal.kind;
  same.content.instance = child;
  same.content.name = signal.name;
  same.content.data = signal.data;
  same.content.visible_at = now;
  return same;
}

}  // namespace

// True if there was one: it is being committed. For the rest the instance is loaded again.
bool instance::take_signal(const loaded_instance& stored) {
  const bool has_successor = inbox_.drop_foreign();
  const bool makes_turns = !record_.pause && failed_attempts_ < enough_to_go_without_code;
  const auto signal = has_successor ? std::nullopt : inbox_.take_signal(makes_turns);
  if (!signal) return false;
  if (signal->kind != message_kind::cancel)
    pause_or_resume(stored, *signal);
  else
    commit(turn_of_forced_end(record_, stored, *signal), wall_clock_now(), {*signal});
  return true;
}

void instance::pause_or_resume(const loaded_instance& stored, const message& signal) {
  const timestamp now = wall_clock_now();
  const auto request = duroxide::detail::pause_request_from(signal.data);
  turn made;
  made.consumed.push_back(signal.id);
  if (record_.pause || duroxide::detail::is_pause_signal(signal))
    if (auto event = recorded(signal, stored)) made.events.push_back(*std::move(event));
  built_commit built = build_commit(*context_, record_, made, now);
  turn_commit& commit = built.turn;
  commit.update.status = record_.status.status;
  if (duroxide::detail::is_pause_signal(signal)) {
    commit.problem = instance_problem{record_.id, record_.life, problem_kind::paused, now, request.reason};
    // An older build must not run it.
    const bool is_older = !limits::records_queues_on_arrival(record_.history_format) &&
                          !limits::may_be_paused(record_.history_format);
    if (is_older) commit.update.history_format = limits::history_format;
  } else {
    commit.ends_problem = record_.pause.has_value();
  }
  if (request.scope == reach::tree) {
    for (const std::string& child : stored.children) commit.messages.push_back(passed_on(signal, child, now));
    mark_own_messages(commit, *context_);
  }
  submit(std::move(built), std::move(made), {signal});
}

}  // namespace duroxide::internal
