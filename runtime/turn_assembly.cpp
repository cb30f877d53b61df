// The end of a turn: does the execution end, how, and is what was recorded deterministic?
#include "duroxide/detail/shortened.hpp"
#include "runtime/event_matching.hpp"
#include "runtime/execution.hpp"
#include "runtime/stored_bytes.hpp"

#include <algorithm>

namespace duroxide::internal {

namespace {

history_event terminal_event(const ending& how) {
  history_event event;
  switch (how.status) {
  case runtime_status::completed: event.kind = event_kind::orchestration_completed; break;
  case runtime_status::cancelled: event.kind = event_kind::orchestration_cancelled; break;
  case runtime_status::continued_as_new: event.kind = event_kind::orchestration_continued_as_new; break;
  default: event.kind = event_kind::orchestration_failed; break;
  }
  event.data = how.output;
  event.version = how.version;
  if (how.status == runtime_status::cancelled)
    event.text = how.error->message;
  else
    event.error = how.error;
  return event;
}

ending failed(error_details why) {
  ending how;
  how.status = runtime_status::failed;
  how.error = std::move(why);
  return how;
}

// Operations that a history has started and not heard of again, by event id.
std::map<std::uint64_t, const history_event*>
unfinished_operations(const std::vector<history_event>& history) {
  std::map<std::uint64_t, const history_event*> unfinished;
  for (const auto& event : history) {
    if (is_schedule_event(event.kind)) unfinished.emplace(event.id, &event);
    if (event.source != 0) unfinished.erase(event.source);
  }
  return unfinished;
}

}  // namespace

turn execution::assemble_turn() {
  std::optional<ending> how;
  if (asked_too_much_.empty() && (code_is_done() || cancel_reason_)) how = decide_ending();
  const bool too_large = !mismatch_ && is_turn_too_large(how);
  if (too_large) {
    take_back_turn();
    how = failed(refused_ ? *refused_ : turn_too_large());
  }
  // Limits are not replayed: they may change.
  if (options_.verify_replay && !mismatch_ && !refused_ && !too_large) {
    if (auto difference = verify(how)) {
      mismatch_ = std::move(difference);
      roll_back_turn();
      how = decide_ending();
    }
  }
  if (how) close_code_for(*how);
  collect_kv_changes();
  warn_of_long_history();
  if (how) record_ending(*std::move(how));
  if (options_.verify_replay)
    recorded_.insert(recorded_.end(), this_turn().events.begin(), this_turn().events.end());
  cursor_ = recorded_.size();
  turn_first_id_ = last_id_ + 1;
  turn_bytes_ = 0;
  bytes_before_response_ = 0;
  return take_turn();
}

// -- a turn that is too large -----------------------------------------------------

bool execution::is_turn_too_large(const std::optional<ending>& how) {
  if (how) turn_bytes_ += (has_parent_ ? 2 : 1) * stored_bytes(terminal_event(*how));
  if (how && how->status == runtime_status::continued_as_new) {
    history_event next;
    next.data = how->output;
    next.text = custom_status_;
    next.kv = how->kv;
    turn_bytes_ += stored_bytes(next);
    for (const queued_message& each : how->given_back) turn_bytes_ += stored_bytes(each);
  }
  if (response_bytes() <= options_.turn_limit) return false;
  if (asked_too_much_.empty()) asked_too_much_ = how ? "what it ends with" : "what has arrived";
  return true;
}

ending execution::decide_ending() {
  if (mismatch_) return failed(*mismatch_);
  if (abort_) return failed(*abort_);
  if (refused_) return failed(*refused_);
  ending how;
  if (cancel_reason_) {
    how.status = runtime_status::cancelled;
    how.error = error_details{error_category::application, error_kind::cancelled, *cancel_reason_,
                              identity_.orchestration};
    return how;
  }
  if (next_) {
    if (note_if_refused("the input of the next execution of", identity_.orchestration, next_->input))
      return failed(*refused_);
    how.status = runtime_status::continued_as_new;
    how.output = next_->input;
    how.version = next_->version;
    how.given_back = give_back_rest();
    how.kv = kept_values();
    return how;
  }
  try {
    how.output = root_->take().text();
  } catch (...) {
    return failed(details_of_current_exception(error_kind::orchestration_failed, identity_.orchestration));
  }
  if (note_if_refused("the output of orchestration", identity_.orchestration, how.output))
    return failed(*refused_);
  return how;
}

// What destructors ask for is a part of this last turn.
void execution::close_code_for(ending& how) {
  const std::size_t events = this_turn().events.size();
  close_code();
  if (how.status == runtime_status::continued_as_new && this_turn().events.size() != events)
    how.kv = kept_values();
}

void execution::record_ending(ending how) {
  if (how.error) how.error = detail::shortened(*std::move(how.error));
  ended_ = true;
  cancel_open_operations();
  append(terminal_event(how));
  if (how.status != runtime_status::continued_as_new) {
    for (const auto& each : this_turn().unconsumed) this_turn().discarded.push_back(each.id);
    this_turn().unconsumed.clear();
  }
  this_turn().ends = std::move(how);
}

void execution::cancel_open_operations() {
  if (mismatch_) {
    // The code did not get through its history, or not in the way that is kept, so `open_` does not say what
    // is running.
    open_.clear();
    for (const auto& [id, scheduled] : unfinished_operations(recorded_))
      open_.emplace(
          id, open_operation{scheduled->kind, {}, scheduled->instance.value_or(std::string()), nullptr});
  }
  for (const auto& [id, operation] : open_) cancel_effect(id, operation);
  open_.clear();
}

void execution::cancel_effect(std::uint64_t event_id, const open_operation& operation) {
  bool never_begun = in_this_turn(event_id);
  switch (operation.kind) {
  case event_kind::activity_scheduled:
    if (never_begun)
      std::erase(this_turn().activities, event_id);
    else
      this_turn().cancelled_activities.push_back(event_id);
    break;
  case event_kind::timer_created:
    if (never_begun)
      std::erase_if(this_turn().timers,
                    [&](const created_timer& timer) { return timer.event_id == event_id; });
    else
      this_turn().cancelled_timers.push_back(event_id);
    break;
  case event_kind::sub_orchestration_scheduled:
    if (never_begun)
      std::erase(this_turn().children, event_id);
    else
      this_turn().cancelled_children.push_back(operation.instance);
    break;
  default: break;
  }
}

std::vector<queued_message> execution::give_back_rest() {
  std::map<std::uint64_t, queued_message> in_order_of_arrival;
  for (auto& [queue, messages] : buffered_)
    for (auto& [arrival, data] : messages) in_order_of_arrival.emplace(arrival, queued_message{queue, data});
  for (const auto& [id, held] : held_)
    in_order_of_arrival.emplace(held.arrival,
                                queued_message{held.queue, std::get<std::string>(held.pending->outcome)});
  std::vector<queued_message> rest;
  for (auto& [arrival, message] : in_order_of_arrival) rest.push_back(std::move(message));
  return rest;
}

std::vector<kv_entry> execution::kept_values() const {
  std::vector<kv_entry> values;
  for (const auto& [key, entry] : kv_) values.push_back({key, entry.value, entry.updated_at});
  return values;
}

void execution::collect_kv_changes() {
  for (const std::string& key : this_turn().kv_changed) {
    auto at = kv_.find(key);
    if (at == kv_.end())
      this_turn().kv.push_back({key, std::nullopt, {}});
    else
      this_turn().kv.push_back({key, at->second.value, at->second.updated_at});
  }
}

void execution::warn_of_long_history() {
  if (long_history_told_ || !continue_as_new_suggested()) return;
  long_history_told_ = true;
  this_turn().warnings.push_back("the history of execution " + std::to_string(identity_.execution) + " has " +
                                 std::to_string(last_id_) + " events and about " +
                                 std::to_string(history_bytes_ / 1024) +
                                 " KiB; continue as new, or every rebuild of the instance replays all of it");
}

// -- verification (I7) --------------------------------------------------------

std::string execution::state_for_comparison() const {
  std::string state = finished_ ? "done;"
                      : next_   ? "continued as new with '" + next_->input + "';"
                      : abort_  ? "aborted;"
                                : "waiting;";
  for (const auto& [id, operation] : open_)
    state += " " + std::to_string(id) + " " + std::string(to_string(operation.kind)) +
             (operation.pending ? "" : " detached") + ";";
  for (const auto& [queue, messages] : buffered_)
    if (!messages.empty()) state += " " + std::to_string(messages.size()) + " in queue '" + queue + "';";
  if (custom_status_) state += " custom status '" + *custom_status_ + "'";
  for (const auto& [key, entry] : kv_)
    state += " key '" + key + "' = '" + entry.value + "' of " +
             std::to_string(entry.updated_at.time_since_epoch().count());
  return state;
}

std::optional<error_details> execution::verify(const std::optional<ending>& how) const {
  execution_options unverified = options_;
  unverified.verify_replay = false;
  execution second(identity_, handler_, std::move(unverified));
  std::vector<history_event> history = recorded_;
  if (turn_) history.insert(history.end(), turn_->events.begin(), turn_->events.end());
  if (history.size() == 1)
    second.replay_first_turn(std::move(history.front()));
  else
    second.replay(std::move(history));
  if (second.mismatch_) return second.mismatch_;
  std::string difference;
  if (!second.odd_drops_.empty())
    difference = "replay and the live run disagree on whether event " +
                 std::to_string(second.odd_drops_.front()) + " was cancelled";
  else if (second.state_for_comparison() != state_for_comparison())
    difference = "live: " + state_for_comparison() + " replayed: " + second.state_for_comparison();
  else if (finished_ && how && how->status != runtime_status::cancelled) {
    ending again = second.decide_ending();
    if (again.output != how->output || again.error != how->error)
      difference = "live it ended with '" + how->output + "', replayed with '" + again.output + "'";
  }
  if (difference.empty()) return std::nullopt;
  return error_details{error_category::configuration, error_kind::nondeterminism,
                       "nondeterministic: replaying execution " + std::to_string(identity_.execution) +
                           " of instance '" + identity_.instance +
                           "' gives another result than running it. " + difference +
                           ". The code must decide by its input and by what its context gives it only",
                       identity_.orchestration};
}

// Nothing was asked for: run the first turn again, and see.
void execution::replay_first_turn(history_event started) {
  started_ = std::make_unique<history_event>(started);
  recorded_ = {started};
  pass(started);
  replay_events();
}

std::optional<error_details> execution::replay_to_the_end(std::vector<history_event> history) {
  const history_event last = std::move(history.back());
  history.pop_back();
  is_ended_history_ = true;
  if (history.size() == 1)
    replay_first_turn(std::move(history.front()));
  else
    replay(std::move(history));
  // What passed a limit was taken back: there the code asks for more than is in the history.
  if (is_end_by_limit(last) && cursor_ == recorded_.size()) mismatch_.reset();
  if (!mismatch_)
    if (const auto difference = difference_to(last)) set_mismatch(*difference);
  return mismatch_;
}

// An end, and a wait that is let go of, are recorded in the turn that they come in. So code that is further
// than its history is not the code that the history is of.
std::optional<error_details> execution::replay_to_the_wait(std::vector<history_event> history) {
  const bool has_begun = history.size() > 1;
  const std::string last = describe_recorded(history.back());
  replay(std::move(history));
  if (!has_begun || mismatch_) return mismatch_;
  if (code_is_done())
    set_mismatch("the history is open behind " + last + ", but the code has ended");
  else if (!odd_drops_.empty())
    set_mismatch("the code and the history do not agree whether event " + std::to_string(odd_drops_.front()) +
                 " is still waited for behind " + last);
  return mismatch_;
}

// Which ends an execution without its code.
bool execution::is_end_by_limit(const history_event& last) const {
  return last.error && last.error->kind == error_kind::limit_exceeded &&
         last.error->source == identity_.orchestration;
}

std::optional<std::string> execution::difference_to(const history_event& last) {
  const std::string recorded = "the history ended with '" + last.data + "'";
  const bool is_limit = is_end_by_limit(last);
  switch (last.kind) {
  case event_kind::orchestration_completed:
    if (!finished_) return recorded + ", but the code waits";
    break;
  case event_kind::orchestration_continued_as_new:
    if (!next_) return recorded + " as new, but the code does not continue as new";
    if (next_->input != last.data) return recorded + " as new, but the code with '" + next_->input + "'";
    return std::nullopt;
  case event_kind::orchestration_failed:
    if (!last.error || last.error->category != error_category::application) return std::nullopt;
    if (is_limit && !finished_) return std::nullopt;
    if (!finished_) return "the history failed with '" + last.error->message + "', but the code waits";
    break;
  default: return std::nullopt;
  }
  const ending now = decide_ending();
  if (is_limit && !now.error) return std::nullopt;
  if (now.error != last.error)
    return "the history ended with " +
           (last.error ? "'" + last.error->message + "'" : std::string("success")) + ", but the code with " +
           (now.error ? "'" + now.error->message + "'" : std::string("success"));
  if (!last.error && now.output != last.data) return recorded + ", but the code with '" + now.output + "'";
  return std::nullopt;
}

turn execution::roll_back_turn() {
  std::vector<history_event> kept;
  if (!this_turn().events.empty() && this_turn().events.front().id == 1)
    kept.push_back(std::move(this_turn().events.front()));
  last_id_ = turn_first_id_ - 1 + kept.size();
  turn before = take_turn();
  this_turn().events = std::move(kept);
  this_turn().taken = before.taken;
  this_turn().consumed = before.consumed;
  this_turn().discarded = before.discarded;
  this_turn().unconsumed = before.unconsumed;
  this_turn().warnings = before.warnings;
  return before;
}

}  // namespace duroxide::internal
