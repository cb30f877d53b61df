#include "runtime/replay.hpp"

#include "duroxide/detail/payload_depth.hpp"
#include "runtime/arrivals.hpp"
#include "runtime/event_matching.hpp"
#include "runtime/turn_assembly.hpp"

#include <algorithm>

namespace duroxide::internal {

namespace {

// Whether what comes in the history was written by a build without a limit to the depth of what is written.
bool has_deep_payloads_ahead(const void* history) {
  return std::ranges::any_of(static_cast<const history_cursor*>(history)->ahead(),
                             [](const history_event& each) {
                               return is_schedule_event(each.kind) && detail::is_too_deep(each.data);
                             });
}

// Code that cannot read what is recorded fails before it asks for anything.
std::string what_it_does(orchestration_engine& code) {
  if (!code.state().code_is_done()) return "waits";
  const ending how = decide_ending(code);
  return how.error ? "has failed with '" + how.error->message + "'" : std::string("has ended");
}

// The code waits or has ended, and the history has more.
void replay_next(orchestration_engine& code, history_end end) {
  history_cursor& history = code.state().history;
  const history_event& next = *history.next();
  if (!is_schedule_event(next.kind)) {
    history.pass();
    apply(code, next);
  } else if (end == history_end::reached && !code.is_closing()) {
    code.close();  // perhaps it is what a destructor asked for at the end
  } else {
    history.set_mismatch("the history has " + describe_recorded(next) + ", but the code " +
                         what_it_does(code) + " without asking for it");
  }
}

}  // namespace

void load_history(execution_state& state, std::vector<history_event> history) {
  state.started = std::make_unique<history_event>(history.front());
  state.has_parent = state.started->parent.has_value();
  state.history.load(std::move(history));
}

void replay_loaded(orchestration_engine& code, history_end end) {
  execution_state& state = code.state();
  history_cursor& history = state.history;
  const detail::running_code here(state.identity.orchestration, state.identity.instance);
  const detail::deep_payloads of_old_builds(has_deep_payloads_ahead, &history);
  const history_cursor::replay_scope replaying(history);
  code.run_first();
  for (history.pass_notes(); history.next() && !history.mismatch(); history.pass_notes())
    replay_next(code, end);
}

}  // namespace duroxide::internal
