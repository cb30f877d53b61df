// How an instance takes what needs no code: to pause, to go on, to go back in its history, and to end.
#include "duroxide/detail/ensure.hpp"
#include "duroxide/detail/pause_signal.hpp"
#include "duroxide/rewound_history.hpp"
#include "runtime/history_codec.hpp"
#include "runtime/rewinding.hpp"
#include "actors/clock.hpp"
#include "actors/instance/forced_failure.hpp"
#include "actors/instance/instance.hpp"

#include <utility>

namespace duroxide::internal {

namespace {

// A first failure may be a race.
constexpr std::uint32_t enough_to_go_without_code = 2;

// An execution whose code has not run is known by its history, to which nothing may be added then.
std::optional<history_event> recorded(const message& signal, const loaded_instance& stored) {
  const auto history = unpack_history(stored.instance, stored.history);
  if (history && !has_run(*history)) return std::nullopt;
  const std::uint64_t last_id = stored.history.back().first_event_id + stored.history.back().count - 1;
  history_event raised;
  raised.id = last_id + 1;
  raised.kind = event_kind::external_raised;
  raised.name = signal.name;
  raised.data = signal.data;
  return raised;
}

// What counted when it was rewound: what stands before the event that says so.
void return_to(std::vector<history_event>& history, std::uint64_t rewound) {
  std::erase_if(history, [rewound](const history_event& each) { return each.id >= rewound; });
  leave_out_rewound(history);
}

// An activity whose outcome is on its way is not to run again.
rewound_instance_facts facts_of(const loaded_instance& stored, const std::vector<history_event>& history,
                                timestamp now) {
  rewound_instance_facts facts{is_terminal_event(history.back().kind), stored.answered_activities,
                               stored.children, now};
  for (const stored_activity& each : stored.activities) facts.open_activities.push_back(each.key.event_id);
  return facts;
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
  if (duroxide::detail::is_rewind_signal(*signal))
    rewind(stored, *signal);
  else if (signal->kind != message_kind::cancel)
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

// The event that says so is there. What goes on keeps its rows, and its outcomes wait in the inbox.
void instance::rewind(const loaded_instance& stored, const message& signal) {
  auto history = unpack_all_events(record_.id, stored.history);
  if (!history) return leave(leave_reason::broken, history.error());
  const auto request = duroxide::detail::rewind_request_from(signal.data);
  detail::ensure(request.has_value(), "clients cannot raise events with reserved names");
  const timestamp now = wall_clock_now();
  return_to(*history, request->recorded);
  turn made = turn_of_rewind(*history, *request, facts_of(stored, *history, now));
  made.consumed.push_back(signal.id);
  built_commit built = build_commit(*context_, record_, made, now);
  built.turn.update.status = runtime_status::running;
  built.turn.ends_problem = record_.has_problem && !record_.pause;
  submit(std::move(built), std::move(made), {signal});
}

}  // namespace duroxide::internal
