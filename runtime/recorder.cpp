#include "runtime/recorder.hpp"

#include "duroxide/detail/payload_limit.hpp"
#include "runtime/event_matching.hpp"
#include "runtime/event_members.hpp"
#include "runtime/stored_bytes.hpp"

namespace duroxide::internal {

namespace {

// What lacks a member could never be read again, so it is not to be written.
bool refuse_unreadable(execution_state& state, const history_event& asked, const code_location& where) {
  const char* missing = missing_member(asked);
  if (!missing) return false;
  if (!state.end.refused)
    state.end.refused =
        error_details{error_category::configuration, error_kind::invalid_argument,
                      "the code asked for " + describe(asked) + " at " + describe(where) + " without a '" +
                          missing + "'. It was not recorded, for it could never be read again",
                      state.identity.orchestration};
  return true;
}

}  // namespace

const history_event& append(execution_state& state, history_event&& event) {
  state.history.number(event);
  return state.turn.append(std::move(event));
}

const history_event* record(execution_state& state, history_event&& asked, const code_location& where,
                            detail::payload_rewriter rewrite) {
  state.position.set(where);
  if (state.history.mismatch()) return nullptr;
  if (state.history.is_replaying()) return state.history.match(asked, where, rewrite);
  if (!state.turn.inputs() || refuse_unreadable(state, asked, where)) return nullptr;
  if (!state.turn.limit_passed_by().empty()) {
    state.turn.weigh(stored_bytes(asked));
    return nullptr;
  }
  const history_event& recorded = append(state, std::move(asked));
  if (state.turn.exceeds_limit())
    state.turn.set_limit_passed_by(describe(recorded) + " at " + describe(where));
  return &recorded;
}

bool refuse_payload(execution_state& state, std::string_view description, const std::string& name,
                    const std::string& payload) {
  auto refused = detail::refused_payload(description, name, payload, state.options.payload_limit);
  if (!refused) return false;
  refused->source = state.identity.orchestration;
  if (!state.end.refused) state.end.refused = std::move(refused);
  return true;
}

}  // namespace duroxide::internal
