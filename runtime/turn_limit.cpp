#include "runtime/turn_limit.hpp"

#include "runtime/endings.hpp"
#include "runtime/stored_bytes.hpp"

namespace duroxide::internal {

namespace {

// What the next execution begins with, and what is sent to it once more.
std::size_t bytes_of_next_execution(const execution_state& state, const ending& how) {
  history_event next;
  next.data = how.output;
  next.text = state.values.custom_status;
  next.kv = how.kv;
  next.labels = how.labels;
  std::size_t bytes = stored_bytes(next);
  for (const queued_message& each : how.given_back) bytes += stored_bytes(each);
  return bytes;
}

// The end itself, which a parent is told as well.
std::size_t bytes_of_end(const execution_state& state, const ending& how) {
  const std::size_t copies = state.has_parent ? 2 : 1;
  const std::size_t bytes = copies * stored_bytes(terminal_event(how));
  const bool goes_on = how.status == runtime_status::continued_as_new;
  return bytes + (goes_on ? bytes_of_next_execution(state, how) : 0);
}

error_details turn_too_large(const execution_state& state) {
  const std::string& orchestration = state.identity.orchestration;
  error_details refused =
      limit_error("a turn of orchestration '" + orchestration + "' has " +
                  std::to_string(state.turn.response_bytes()) +
                  " bytes with all that it asks for; the limit is " +
                  std::to_string(state.options.turn_limit) + " (runtime_options::turn_limit), passed by " +
                  state.turn.limit_passed_by() +
                  ". Ask for less at a time, and wait for some of it before asking for more")
          .details();
  refused.source = orchestration;
  return refused;
}

}  // namespace

std::optional<error_details> enforce_turn_limit(execution_state& state, const std::optional<ending>& how) {
  if (state.history.mismatch()) return std::nullopt;
  if (how) state.turn.weigh(bytes_of_end(state, *how));
  if (!state.turn.exceeds_limit()) return std::nullopt;
  if (state.turn.limit_passed_by().empty())
    state.turn.set_limit_passed_by(how ? "what it ends with" : "what has arrived");
  state.open.forget_since(state.turn.first_id());
  state.turn.take_back();
  state.history.return_to(state.turn.first_id() - 1 + state.turn.content().events.size());
  return state.end.refused ? *state.end.refused : turn_too_large(state);
}

}  // namespace duroxide::internal
