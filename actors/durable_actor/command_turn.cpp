#include "actors/durable_actor/command_turn.hpp"

#include "duroxide/command_id.hpp"
#include "duroxide/detail/shortened.hpp"
#include "actors/durable_actor/appending.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace duroxide::internal {

namespace {

error_details too_old(const std::string& id) {
  return {error_category::application,
          error_kind::command_too_old,
          "command '" + id +
              "' was sent again when its answer was not kept any more; it is not applied again, and may have "
              "been "
              "applied before",
          {},
          false};
}

outgoing_message telling(const duroxide::detail::told_command& told, timestamp now) {
  command_envelope envelope;
  envelope.command = told.command;
  envelope.input = told.input;
  const bool is_for_later = told.after > duration::zero();
  outgoing_message sent;
  sent.content.kind = is_for_later ? message_kind::timer_due : message_kind::enqueued;
  sent.content.instance = told.receiver.instance_id();
  sent.content.name = command_queue;
  sent.content.data = to_text(envelope);
  sent.content.visible_at = now + told.after;
  if (!is_for_later) sent.creates = duroxide::detail::orchestration_of_actor(told.receiver.kind());
  return sent;
}

outgoing_message cancelling(const duroxide::detail::cancelled_instance& what, timestamp now) {
  outgoing_message sent;
  sent.content.kind = message_kind::cancel;
  sent.content.instance = what.instance;
  sent.content.data = what.reason;
  sent.content.visible_at = now;
  return sent;
}

outgoing_message answering(const awaiting_instance& waiting, const result<std::string, error_details>& answer,
                           timestamp now) {
  outgoing_message sent;
  sent.content.kind = message_kind::command_done;
  sent.content.instance = waiting.instance;
  sent.content.life = waiting.life;
  sent.content.execution = waiting.execution;
  sent.content.source = waiting.event_id;
  if (answer)
    sent.content.data = *answer;
  else
    sent.content.error = answer.error();
  sent.content.visible_at = now;
  return sent;
}

outgoing_start starting(const duroxide::detail::detached_start& what, timestamp now) {
  outgoing_start start;
  start.what.instance = what.instance;
  start.what.orchestration = what.name;
  start.what.input = what.input.text;
  start.what.created_at = now;
  return start;
}

}  // namespace

std::optional<result<std::string, error_details>> command_turn::known_answer(const waiting_command& command) {
  if (std::exchange(is_first_, false) && rules_.poison) return *rules_.poison;
  const std::string& id = command.content.id;
  if (id.empty()) return std::nullopt;
  if (const auto known = rules_.known.find(id); known != rules_.known.end()) {
    if (known->second.error) return *known->second.error;
    return known->second.answer;
  }
  if (const auto same = answers_.find(id); same != answers_.end()) return same->second;
  if (const auto made = time_of_command_id(id); made && *made < rules_.oldest) return too_old(id);
  return std::nullopt;
}

void command_turn::keep(const waiting_command& command, const result<std::string, error_details>& answer) {
  const std::string& id = command.content.id;
  if (id.empty() || rules_.known.contains(id)) return;
  if (!answers_.emplace(id, answer).second) return;
  // One that came by the store is answered there.
  if (!answer && answer.error().kind == error_kind::command_too_old && command.message_id == 0) return;
  // The clock of its sender may be ahead.
  const timestamp made_at = std::max(inputs_.now, time_of_command_id(id).value_or(inputs_.now));
  kept_.push_back({id, made_at, answer ? *answer : std::string(),
                   answer ? std::nullopt : std::optional<error_details>(answer.error())});
}

void command_turn::take(waiting_command command, result<std::string, error_details> answer) {
  keep(command, answer);
  answered_.push_back({std::move(command), std::move(answer)});
}

bool command_turn::take_known(waiting_command& command) {
  std::optional<result<std::string, error_details>> answer = known_answer(command);
  if (answer) take(std::move(command), *std::move(answer));
  return answer.has_value();
}

void command_turn::apply(waiting_command command) {
  applied_command applied = code_.apply(command.content, inputs_);
  end(std::move(command), std::move(applied));
}

void command_turn::end(waiting_command command, applied_command applied) {
  has_applied_ |= applied.answer.has_value();
  if (!applied.answer) applied.answer = duroxide::detail::shortened(applied.answer.error());
  append(effects_.told, std::move(applied.effects.told));
  append(effects_.started, std::move(applied.effects.started));
  append(effects_.cancelled, std::move(applied.effects.cancelled));
  append(effects_.traces, std::move(applied.effects.traces));
  effects_.retires |= applied.effects.retires;
  effects_.is_destroyed |= applied.effects.is_destroyed;
  take(std::move(command), std::move(applied.answer));
}

turn_commit command_turn::commit(const std::optional<actor_state>& before) const {
  turn_commit made;
  made.began_at = inputs_.now;
  actor_change change;
  change.destroyed = effects_.is_destroyed;
  change.answers = kept_;
  made.actor = std::move(change);
  for (const answered_command& each : answered_) {
    if (each.what.message_id != 0) made.consumed.push_back(each.what.message_id);
    if (each.what.content.awaited_by)
      made.messages.push_back(answering(*each.what.content.awaited_by, each.answer, inputs_.now));
  }
  for (const auto& each : effects_.told) made.messages.push_back(telling(each, inputs_.now));
  for (const auto& each : effects_.cancelled) made.messages.push_back(cancelling(each, inputs_.now));
  for (const auto& each : effects_.started) made.starts.push_back(starting(each, inputs_.now));
  // The first thing that is recorded of an actor is its state.
  if (!effects_.is_destroyed && (has_applied_ || (!before && !is_empty(made)))) {
    actor_state now = code_.encoded();
    if (before) now.answers_since = before->answers_since;
    if (!before || before->version != now.version) made.update.version = now.version;
    if (now != before) made.actor->state = std::move(now);
  }
  return made;
}

bool command_turn::is_empty(const turn_commit& commit) {
  const actor_change& change = *commit.actor;
  return !change.state && !change.destroyed && change.answers.empty() && commit.consumed.empty() &&
         commit.messages.empty() && commit.starts.empty();
}

void command_turn::answer() {
  for (answered_command& each : std::exchange(answered_, {})) {
    if (!each.what.answered) continue;
    if (each.what.is_answered)
      each.what.answered(std::move(each.answer));
    else
      each.what.answered(std::string("null"));
  }
}

std::vector<error_details> command_turn::untold_failures() const {
  std::vector<error_details> failures;
  for (const answered_command& each : answered_) {
    const command_envelope& content = each.what.content;
    const bool is_told =
        (each.what.answered && each.what.is_answered) || !content.id.empty() || content.awaited_by;
    if (!is_told && !each.answer) failures.push_back(each.answer.error());
  }
  return failures;
}

std::vector<waiting_command> command_turn::take_back() {
  std::vector<waiting_command> all;
  for (answered_command& each : std::exchange(answered_, {})) all.push_back(std::move(each.what));
  return all;
}

}  // namespace duroxide::internal
