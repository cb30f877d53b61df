#include "tests/persistence/conformance/actor_kit.hpp"

#include "runtime/history_codec.hpp"

#include <stdexcept>

namespace duroxide::conformance {

message command_for(const std::string& actor, const std::string& data) {
  message command;
  command.kind = message_kind::enqueued;
  command.instance = actor;
  command.name = command_queue;
  command.data = data;
  command.visible_at = moment(0);
  return command;
}

actor_state state_of(const std::string& text, std::int64_t answers_since) {
  return {"1", text, answers_since == 0 ? timestamp() : moment(answers_since)};
}

kept_answer answer_of(const std::string& command_id, std::int64_t made_at) {
  return {command_id, moment(made_at), "\"answer to " + command_id + "\"", std::nullopt};
}

turn_commit actor_turn(const std::string& actor, const std::string& state) {
  turn_commit turn;
  turn.instance = actor;
  turn.began_at = moment(10);
  turn.update.status = runtime_status::running;
  turn.actor.emplace().state = state_of(state);
  return turn;
}

turn_commit first_actor_turn(const std::string& actor, const std::string& state) {
  turn_commit turn = actor_turn(actor, state);
  turn.creates = start_of(actor);
  turn.creates->orchestration = account;
  turn.creates->input.clear();
  return turn;
}

turn_commit destroying_turn(const std::string& actor) {
  turn_commit turn = actor_turn(actor, "{}");
  turn.actor->state.reset();
  turn.actor->destroyed = true;
  return turn;
}

turn_commit journal_turn(const std::string& actor, std::uint64_t execution, std::uint64_t event_id) {
  turn_commit turn = actor_turn(actor, "{}");
  turn.actor->state.reset();
  turn.execution = execution;
  turn.history.push_back({execution, event_id, 2,
                          R"({"build":"test","at":1000,"events":[{"kind":"guid_recorded","data":"1"},)"
                          R"({"kind":"activity_scheduled","name":"greet"}]})"});
  stored_activity activity = activity_of(actor, event_id + 1);
  activity.key.execution = execution;
  turn.activities.push_back(activity);
  message timer = timer_for(actor, event_id, moment(500));
  timer.execution = execution;
  turn.messages.push_back({timer, first_tenure});
  return turn;
}

void create_actor(live_store& store, const std::string& actor, const std::string& state) {
  REQUIRE(store.commit(first_actor_turn(actor, state)).outcome == turn_outcome::committed);
}

std::string commands_of(provider& store, const std::string& actor) {
  std::string text;
  const auto page = store.fetch_queue(actor, life_of(store, actor), std::string(command_queue), 100).value();
  for (const message& each : page.messages) text += (text.empty() ? "" : " ") + each.data;
  return text;
}

std::uint64_t first_command(provider& store, const std::string& actor) {
  return store.fetch_queue(actor, life_of(store, actor), std::string(command_queue), 1)
      .value()
      .messages.at(0)
      .id;
}

std::string state_text(provider& store, const std::string& actor) {
  const auto state = store.actor(actor).value();
  return state ? state->state : "";
}

std::string inconsistencies(provider& store) {
  const history_reader read = [](std::uint64_t first, const std::string& packed) {
    auto events = internal::unpack_events(first, packed);
    if (!events) throw std::invalid_argument(events.error());
    return *std::move(events);
  };
  std::string text;
  const auto found = store.administration().verify(read).value();
  for (const inconsistency& each : found.first) text += each.instance + ": " + each.what + "\n";
  return text;
}

}  // namespace duroxide::conformance
