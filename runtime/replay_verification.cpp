#include "runtime/replay_verification.hpp"

#include "duroxide/rewound_history.hpp"
#include "runtime/event_matching.hpp"
#include "runtime/payload_comparison.hpp"
#include "runtime/replay.hpp"
#include "runtime/turn_assembly.hpp"

namespace duroxide::internal {

namespace {

std::vector<history_event> all_recorded(const execution_state& live) {
  std::vector<history_event> history = live.history.recorded();
  if (const turn* made = live.turn.content_so_far())
    history.insert(history.end(), made->events.begin(), made->events.end());
  return history;
}

// A stack may name other lines and addresses in each run, and a type may have got another name.
bool is_same_failure(const std::optional<error_details>& first, const std::optional<error_details>& second) {
  if (!first || !second) return first.has_value() == second.has_value();
  error_details compared = *first;
  compared.type = second->type;
  compared.stack = second->stack;
  return compared == *second;
}

std::string difference_of_ends(orchestration_engine& replayed, const ending& how) {
  const ending again = decide_ending(replayed);
  if (again.output == how.output && is_same_failure(again.error, how.error)) return {};
  return "live it ended with '" + how.output + "', replayed with '" + again.output + "'";
}

std::string difference_between(const execution_state& live, orchestration_engine& replayed,
                               const std::optional<ending>& how) {
  const execution_state& second = replayed.state();
  if (const auto disputed = second.history.disputed_drop())
    return "replay and the live run disagree on whether event " + std::to_string(*disputed) +
           " was cancelled";
  const std::string live_state = state_as_text(live);
  const std::string replayed_state = state_as_text(second);
  if (live_state != replayed_state) return "live: " + live_state + " replayed: " + replayed_state;
  if (!live.end.finished || !how || how->status == runtime_status::cancelled) return {};
  return difference_of_ends(replayed, *how);
}

// -- ends ---------------------------------------------------------------------

// A limit ends an execution without its code.
bool is_end_by_limit(const history_event& last, const std::string& orchestration) {
  return last.error && last.error->kind == error_kind::limit_exceeded && last.error->source == orchestration;
}

std::string quoted_failure(const std::optional<error_details>& error) {
  return error ? "'" + error->message + "'" : std::string("success");
}

std::optional<std::string> difference_of_continuation(const code_end& end, const history_event& last) {
  const std::string recorded = "the history ended with '" + last.data + "' as new, but the code ";
  if (!end.next) return recorded + "does not continue as new";
  if (!is_same_payload(last.data, end.next->input.text, end.next->input.rewrite))
    return recorded + "with '" + end.next->input.text + "'";
  return std::nullopt;
}

// REQUIRES: the code has finished.
std::optional<std::string> difference_of_results(orchestration_engine& code, const history_event& last) {
  const ending now = decide_ending(code);
  if (is_end_by_limit(last, code.state().identity.orchestration) && !now.error) return std::nullopt;
  if (!is_same_failure(now.error, last.error))
    return "the history ended with " + quoted_failure(last.error) + ", but the code with " +
           quoted_failure(now.error);
  if (!last.error && !is_same_payload(last.data, now.output, code.output_rewriter()))
    return "the history ended with '" + last.data + "', but the code with '" + now.output + "'";
  return std::nullopt;
}

std::optional<std::string> difference_of_failure(orchestration_engine& code, const history_event& last) {
  if (!last.error || last.error->category != error_category::application) return std::nullopt;
  if (code.state().end.finished) return difference_of_results(code, last);
  if (is_end_by_limit(last, code.state().identity.orchestration)) return std::nullopt;
  return "the history failed with '" + last.error->message + "', but the code waits";
}

std::optional<std::string> difference_to(orchestration_engine& code, const history_event& last) {
  if (last.kind == event_kind::orchestration_failed) return difference_of_failure(code, last);
  if (last.kind == event_kind::orchestration_continued_as_new)
    return difference_of_continuation(code.state().end, last);
  if (last.kind != event_kind::orchestration_completed) return std::nullopt;
  if (code.state().end.finished) return difference_of_results(code, last);
  return "the history ended with '" + last.data + "', but the code waits";
}

}  // namespace

std::string state_as_text(const execution_state& state) {
  const code_end& end = state.end;
  const std::string code = end.finished       ? "done;"
                           : end.next         ? "continued as new with '" + end.next->input.text + "';"
                           : end.system_error ? "aborted;"
                                              : "waiting;";
  return code + state.open.text() + state.boxes.text() + state.values.text();
}

std::optional<error_details> verify_replay(const execution_state& live, const std::optional<ending>& how) {
  execution_options unverified = live.options;
  unverified.verify_replay = false;
  execution_state second(live.identity, live.handler, std::move(unverified));
  orchestration_engine replayed(second);
  load_history(second, all_recorded(live));
  replay_loaded(replayed, history_end::open);
  if (second.history.mismatch()) return second.history.mismatch();
  const std::string difference = difference_between(live, replayed, how);
  if (difference.empty()) return std::nullopt;
  return error_details{error_category::configuration, error_kind::nondeterminism,
                       "nondeterministic: replaying execution " + std::to_string(live.identity.execution) +
                           " of instance '" + live.identity.instance +
                           "' gives another result than running it. " + difference +
                           ". The code must decide by its input and by what its context gives it only",
                       live.identity.orchestration};
}

std::optional<error_details> replay_to_the_end(execution_state& fresh, std::vector<history_event> history) {
  const history_event last = std::move(history.back());
  history.pop_back();
  orchestration_engine code(fresh);
  load_history(fresh, std::move(history));
  replay_loaded(code, history_end::reached);
  // What passed a limit was taken back: there the code asks for more than is in the history.
  if (is_end_by_limit(last, fresh.identity.orchestration) && !fresh.history.next())
    fresh.history.forgive_mismatch();
  if (!fresh.history.mismatch())
    if (const auto difference = difference_to(code, last)) fresh.history.set_mismatch(*difference);
  return fresh.history.mismatch();
}

// An end, and a wait that is cancelled, are recorded in the turn that they come in. So code that is further
// than its history is not the code that the history is of.
std::optional<error_details> replay_to_the_wait(execution_state& fresh, std::vector<history_event> history) {
  if (!has_run(history)) return std::nullopt;
  const std::string last = describe_recorded(history.back());
  orchestration_engine code(fresh);
  load_history(fresh, std::move(history));
  replay_loaded(code, history_end::open);
  if (fresh.history.mismatch()) return fresh.history.mismatch();
  const auto disputed = fresh.history.disputed_drop();
  if (fresh.code_is_done())
    fresh.history.set_mismatch("the history is open behind " + last + ", but the code has ended");
  else if (disputed)
    fresh.history.set_mismatch("the code and the history do not agree whether event " +
                               std::to_string(*disputed) + " is still waited for behind " + last);
  return fresh.history.mismatch();
}

}  // namespace duroxide::internal
