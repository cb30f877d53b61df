// What is refused: a payload that is too large, what could never be read again, and a turn that is too large.
#include "duroxide/detail/payload_limit.hpp"
#include "runtime/event_matching.hpp"
#include "runtime/event_members.hpp"
#include "runtime/execution.hpp"
#include "runtime/stored_bytes.hpp"

namespace duroxide::internal {

// What is too long ends the orchestration, without its code: it was recorded already.
bool execution::note_if_refused(std::string_view what, const std::string& name, const std::string& payload) {
  auto refused = detail::refused_payload(what, name, payload, options_.payload_limit);
  if (!refused) return false;
  refused->source = identity_.orchestration;
  if (!refused_) refused_ = std::move(refused);
  return true;
}

bool execution::note_if_unreadable(const history_event& asked, const std::source_location& where) {
  const char* missing = missing_member(asked);
  if (!missing) return false;
  if (!refused_)
    refused_ =
        error_details{error_category::configuration, error_kind::invalid_argument,
                      "the code asked for " + describe(asked) + " at " + describe(where) + " without a '" +
                          missing + "'. It was not recorded, for it could never be read again",
                      identity_.orchestration};
  return true;
}

// What destructors ask for while an instance leaves memory is not a part of any turn.
const history_event* execution::record(history_event asked, const std::source_location& where) {
  position_.set(where);
  if (mismatch_) return nullptr;
  if (replaying_) return match(asked, where);
  if (!inputs_ || note_if_unreadable(asked, where)) return nullptr;
  if (!asked_too_much_.empty()) {
    turn_bytes_ += stored_bytes(asked);
    return nullptr;
  }
  const history_event& recorded = append(std::move(asked));
  if (response_bytes() > options_.turn_limit) asked_too_much_ = describe(recorded) + " at " + describe(where);
  return &recorded;
}

// It ends with what arrived for it, and asks for nothing. What it let go of, and what has come to an end in
// it, is not running any more.
void execution::take_back_turn() {
  std::erase_if(open_, [this](const auto& each) { return in_this_turn(each.first); });
  turn before = roll_back_turn();
  turn& last = this_turn();
  last.cancelled_activities = std::move(before.cancelled_activities);
  last.cancelled_timers = std::move(before.cancelled_timers);
  last.cancelled_children = std::move(before.cancelled_children);
  for (const history_event& event : before.events) {
    if (event.source == 0 || event.source >= turn_first_id_) continue;
    if (event.kind == event_kind::activity_completed || event.kind == event_kind::activity_failed)
      last.cancelled_activities.push_back(event.source);
    if (event.kind == event_kind::timer_fired) last.cancelled_timers.push_back(event.source);
  }
}

error_details execution::turn_too_large() const {
  error_details refused =
      limit_error("a turn of orchestration '" + identity_.orchestration + "' has " +
                  std::to_string(response_bytes()) + " bytes with all that it asks for; the limit is " +
                  std::to_string(options_.turn_limit) + " (runtime_options::turn_limit), passed by " +
                  asked_too_much_ +
                  ". Ask for less at a time, and wait for some of it before asking for more")
          .details();
  refused.source = identity_.orchestration;
  return refused;
}

}  // namespace duroxide::internal
