#include "runtime/rewinding.hpp"

#include "duroxide/detail/label_signal.hpp"
#include "duroxide/detail/pause_signal.hpp"
#include "duroxide/history_spans.hpp"
#include "duroxide/rewound_history.hpp"
#include "runtime/rewound_values.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

namespace duroxide::internal {

namespace {

bool is_pause_or_resume(const history_event& event) {
  return event.kind == event_kind::external_raised &&
         (event.name == detail::pause_event || event.name == detail::resume_event);
}

bool is_failure(event_kind kind) {
  return kind == event_kind::activity_failed || kind == event_kind::sub_orchestration_failed;
}

bool is_arrival(const history_event& event) {
  switch (event.kind) {
  case event_kind::activity_completed:
  case event_kind::activity_failed:
  case event_kind::timer_fired:
  case event_kind::queue_message:
  case event_kind::sub_orchestration_completed:
  case event_kind::sub_orchestration_failed:
  case event_kind::command_answered:
  case event_kind::command_failed:
  case event_kind::cancel_requested: return true;
  case event_kind::external_raised: return !is_pause_or_resume(event);
  default: return false;
  }
}

std::uint64_t first_attempt(const history_event& scheduled) {
  return scheduled.retry_of != 0 ? scheduled.retry_of : scheduled.id;
}

// -- where it failed -----------------------------------------------------------

// A call that failed for good, or that a timer cut off.
struct failed_call {
  std::uint64_t event = 0;  // the outcome, or the timer that fired
  std::optional<error_details> error{};
};

class failures {
public:
  explicit failures(const std::vector<history_event>& history) : history_(history) {
    for (const history_event& each : history) {
      if (each.kind == event_kind::activity_scheduled) {
        first_of_[each.id] = first_attempt(each);
        last_attempt_[first_attempt(each)] = each.id;
      } else if (each.kind == event_kind::sub_orchestration_scheduled ||
                 each.kind == event_kind::command_sent) {
        first_of_[each.id] = each.id;
        last_attempt_[each.id] = each.id;
      }
    }
    for (auto next = history.begin(); next != history.end(); ++next) look_at(next);
  }

  const std::vector<failed_call>& all() const { return found_; }

private:
  using position = std::vector<history_event>::const_iterator;

  void look_at(position next) {
    if (is_failure(next->kind) && is_last_attempt(next->source))
      found_.push_back({next->id, next->error});
    else if (next->kind == event_kind::timer_fired && cuts_off_call(next))
      found_.push_back({next->id, std::nullopt});
  }

  bool is_last_attempt(std::uint64_t scheduled) const {
    const auto first = first_of_.find(scheduled);
    return first != first_of_.end() && last_attempt_.at(first->second) == scheduled;
  }

  // Whether the code drops a call because of it: until something else arrives, all that it does is because of it.
  // The limit of a call is asked for behind it.
  bool cuts_off_call(position timer) const {
    const std::uint64_t limit = timer->source;
    for (++timer; timer != history_.end() && !is_arrival(*timer); ++timer)
      if (timer->kind == event_kind::operation_dropped && timer->source < limit &&
          is_last_attempt(timer->source))
        return true;
    return false;
  }

  const std::vector<history_event>& history_;
  std::map<std::uint64_t, std::uint64_t> first_of_;      // attempts of activities, and children
  std::map<std::uint64_t, std::uint64_t> last_attempt_;  // by the first
  std::vector<failed_call> found_;
};

bool is_new_request(const history_event& event) {
  const bool is_of_retry =
      (event.kind == event_kind::activity_scheduled || event.kind == event_kind::timer_created) &&
      event.retry_of != 0;
  return is_schedule_event(event.kind) && !is_of_retry;
}

// With those before it that the code had not answered by asking for something else: it was waiting for all of them.
std::uint64_t earliest_of_group(const std::vector<history_event>& history,
                                const std::vector<failed_call>& found, std::size_t last) {
  const auto asks_between = [&history](std::uint64_t from, std::uint64_t to) {
    return std::ranges::any_of(history, [&](const history_event& each) {
      return each.id > from && each.id < to && is_new_request(each);
    });
  };
  while (last > 0 && !asks_between(found[last - 1].event, found[last].event)) --last;
  return found[last].event;
}

std::uint64_t last_arrival(const std::vector<history_event>& history) {
  const auto last = std::ranges::find_if(history.rbegin(), history.rend(), is_arrival);
  return last == history.rend() ? 0 : last->id;
}

// The failure that the end says, or the one that came last.
std::optional<std::size_t> cause_of_end(const std::vector<failed_call>& found, const error_details& end,
                                        std::uint64_t last) {
  for (std::size_t i = found.size(); i-- > 0;) {
    const auto& error = found[i].error;
    const bool says_so = error ? !error->message.empty() && end.message.ends_with(error->message)
                               : end.kind == error_kind::timed_out;
    if (says_so || found[i].event == last) return i;
  }
  return std::nullopt;
}

}  // namespace

std::optional<rewind_cut> cut_before_last_failure(const std::vector<history_event>& history) {
  const auto cancelled = std::ranges::find(history, event_kind::cancel_requested, &history_event::kind);
  if (cancelled != history.end()) return rewind_cut{cancelled->id, false};
  const failures calls(history);
  const std::vector<failed_call>& found = calls.all();
  const history_event& end = history.back();
  if (!is_terminal_event(end.kind)) {
    if (found.empty()) return std::nullopt;
    return rewind_cut{earliest_of_group(history, found, found.size() - 1), true};
  }
  if (!end.error) return std::nullopt;
  const std::uint64_t last = last_arrival(history);
  if (const auto cause = cause_of_end(found, *end.error, last))
    return rewind_cut{earliest_of_group(history, found, *cause), true};
  return rewind_cut{last == 0 ? 2 : last, false};
}

std::string why_no_cut(const std::vector<history_event>& history, std::uint64_t event) {
  if (!has_run(history)) return "it has not run yet";
  if (event == 2) return {};
  const auto found = std::ranges::find(history, event, &history_event::id);
  const std::string name = "event " + std::to_string(event);
  if (found == history.end()) return name + " does not exist, or does not count any more";
  if (!is_arrival(*found))
    return name + " is " + std::string(to_string(found->kind)) +
           "; a history is cut before something that arrived, such as the outcome of an activity";
  return {};
}

namespace {

// -- what is done again --------------------------------------------------------

class rewinding {
public:
  rewinding(const std::vector<history_event>& history, const detail::rewind_request& request,
            const rewound_instance_facts& facts)
      : history_(history), request_(request), facts_(facts) {}

  turn make() {
    again_ = &made_.repeats.emplace();
    again_->recorded = request_.recorded;
    again_->version = request_.version;
    if (request_.event == 2) start();
    for (const history_span& each : spans_of(history_)) {
      if (each.asked.id >= request_.event)
        stop(each);
      else if (!each.outcome || each.outcome->id >= request_.event)
        open_.emplace(each.asked.id, each);
    }
    for (const history_event& each : history_)
      if (each.id >= request_.event) deliver_again(each);
    for (const auto& [id, span] : open_) take_up(span);
    restore_values(history_, request_.event, made_);
    return std::move(made_);
  }

private:
  void start() {
    message content;
    content.kind = message_kind::start;
    content.visible_at = facts_.now;
    deliver(std::move(content));
  }

  void deliver(message content) { again_->messages.push_back(std::move(content)); }

  // What was asked for behind the cut.
  void stop(const history_span& span) {
    const history_event& asked = span.asked;
    if (asked.kind == event_kind::activity_scheduled) {
      if (std::ranges::count(facts_.open_activities, asked.id) > 0)
        made_.cancelled_activities.push_back(asked.id);
    } else if (asked.kind == event_kind::timer_created) {
      made_.cancelled_timers.push_back(asked.id);
    } else if (asked.kind == event_kind::sub_orchestration_scheduled && asked.instance) {
      if (std::ranges::count(facts_.open_children, *asked.instance) > 0)
        made_.cancelled_children.push_back(*asked.instance);
    }
  }

  // What came behind the cut, for something that was asked for before it, or for nobody in particular.
  void deliver_again(const history_event& event) {
    switch (event.kind) {
    case event_kind::external_raised: return raise_again(event);
    case event_kind::queue_message:
      if (!request_.drops_messages) again_->given_back.push_back({event.name, event.data});
      return;
    case event_kind::activity_completed:
      return answer_again(event, message_kind::activity_done, std::string(detail::recorded_outcome));
    case event_kind::sub_orchestration_completed: return answer_again(event, message_kind::child_done, {});
    case event_kind::command_answered:
    case event_kind::command_failed: return answer_again(event, message_kind::command_done, {});
    case event_kind::timer_fired: return fire_again(event);
    default: return;
    }
  }

  void raise_again(const history_event& event) {
    if (is_pause_or_resume(event)) return;
    if (request_.drops_messages && event.name != detail::label_event) return;
    message content;
    content.kind = message_kind::event_raised;
    content.source = request_.recorded;  // whoever waits for it next gets it
    content.name = event.name;
    content.data = event.data;
    content.visible_at = facts_.now;
    deliver(std::move(content));
  }

  bool is_repeated(const history_event& outcome) const {
    return request_.repeats && outcome.id == request_.event;
  }

  void answer_again(const history_event& outcome, message_kind kind, std::string name) {
    const bool is_command = kind == message_kind::command_done;  // its actor has the answer
    if (is_repeated(outcome) && !is_command) return;
    if (open_.erase(outcome.source) == 0) return;
    message content;
    content.kind = kind;
    content.source = outcome.source;
    content.name = std::move(name);
    content.data = outcome.data;
    content.error = outcome.error;
    content.visible_at = facts_.now;
    deliver(std::move(content));
  }

  void fire_again(const history_event& fired) {
    const auto found = open_.find(fired.source);
    if (found == open_.end()) return;
    const history_event& asked = found->second.asked;
    timestamp due = asked.due.value_or(facts_.now);
    if (is_repeated(fired) || cut_off_calls_.contains(fired.id)) due = facts_.now + (due - asked.recorded_at);
    set_timer(asked.id, due);
    open_.erase(found);
  }

  void set_timer(std::uint64_t event_id, timestamp due) {
    message content;
    content.kind = message_kind::timer_due;
    content.source = event_id;
    content.visible_at = due;
    deliver(std::move(content));
  }

  // What had no outcome that counts, or one that is not to count.
  void take_up(const history_span& span) {
    const history_event& asked = span.asked;
    const bool was_stopped = facts_.had_ended || span.outcome;
    switch (asked.kind) {
    case event_kind::activity_scheduled:
      if (std::ranges::count(facts_.open_activities, asked.id) == 0) again_->activities.push_back(asked);
      return;
    case event_kind::command_sent:
      if (was_stopped) again_->commands.push_back(asked);
      return;
    case event_kind::timer_created:
      if (was_stopped) set_timer(asked.id, due_again(span));
      return;
    default: return;  // waits begin with the code, and children go on by themselves
    }
  }

  // One that may have limited a call, which begins again, has the time that it had left then: if the code has dropped
  // it, or if the instance ended while a call was open beside it.
  timestamp due_again(const history_span& timer) const {
    const timestamp due = timer.asked.due.value_or(facts_.now);
    if (!timer.outcome && !(facts_.had_ended && has_open_call())) return due;
    const timestamp stopped = timer.outcome ? timer.outcome->recorded_at : history_.back().recorded_at;
    return facts_.now + std::max(due - stopped, duration::zero());
  }

  bool has_open_call() const {
    return std::ranges::any_of(open_, [](const auto& each) {
      const event_kind kind = each.second.asked.kind;
      return kind == event_kind::activity_scheduled || kind == event_kind::command_sent ||
             kind == event_kind::sub_orchestration_scheduled;
    });
  }

  static std::set<std::uint64_t> ids_of(const std::vector<failed_call>& found) {
    std::set<std::uint64_t> ids;
    for (const failed_call& each : found) ids.insert(each.event);
    return ids;
  }

  const std::vector<history_event>& history_;
  const detail::rewind_request& request_;
  const rewound_instance_facts& facts_;
  const std::set<std::uint64_t> cut_off_calls_ = ids_of(failures(history_).all());
  std::map<std::uint64_t, history_span> open_;  // at the cut
  turn made_;
  turn::repetition* again_ = nullptr;
};

}  // namespace

turn turn_of_rewind(const std::vector<history_event>& history, const detail::rewind_request& request,
                    const rewound_instance_facts& facts) {
  return rewinding(history, request, facts).make();
}

}  // namespace duroxide::internal
