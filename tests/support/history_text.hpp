// Histories, messages and turns as text, so that a test can be read aloud.
//
//   event    = id what              "2 activity reserve tag=gpu {'id':7}"
//   message  = [exec=n] what        "completed 2 'ok'"
//   payload  = JSON to the end of the line, with ' for ", and nothing for an empty payload
//   error    = [category/kind] text to the end of the line; without the first word: application, and
//              activity_failed for activities, orchestration_failed otherwise. Sources are not shown.
//
// What an event may be; n is the id of the schedule event that is answered, times are @milliseconds:
//
//   started NAME [version=] [parent=INSTANCE/EXECUTION/EVENT] [status=] [carried=QUEUE:payload]...
//           [kv=KEY:TIME:payload]... [label=NAME:TYPE:VALUE]... payload
//   activity NAME [tag=] [session=] [attempt=ATTEMPT/FIRST] payload
//   completed n payload           failed n error
//   child NAME id= [version=] [label=]... payload   child_completed n payload     child_failed n error
//   timer @due                                      fired n
//   wait NAME                                       raised NAME payload
//   dequeue NAME                                    message NAME payload
//   detached NAME id= [version=] payload            dropped n
//   kv_set KEY payload   kv_cleared KEY          kv_all_cleared
//   label_set NAME type=TYPE value                  label_cleared NAME
//   rewound n [version=] [status=REASON] payload
//   status [text]        now @time       guid text       random number       cancel_requested reason
//   ends payload         ends_failed error               ends_cancelled reason
//   continued [version=] payload
//
// What a message may be: completed, failed, child_completed, child_failed, fired, raised as above,
// enqueued NAME payload, cancel reason, start. Answers are for the execution in which they are sent, unless
// exec= says otherwise.
#pragma once

#include "duroxide/history_event.hpp"
#include "duroxide/message.hpp"
#include "runtime/turn.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace duroxide::test {

// The arguments below one another.
std::string join_lines(const std::vector<std::string>& each);

template <class... Line> std::string lines(const Line&... each) { return join_lines({std::string(each)...}); }

// The inverse of one another, for what can be written. Throw std::invalid_argument for what is no event.
history_event parse_event(std::string_view line);
std::string print(const history_event& event);
std::string print(std::span<const history_event> history);

// The members id and instance stay empty.
message parse_message(std::string_view line, std::uint64_t execution);

// What is to be done after the turn is committed: one line a kind, nothing for what is not to be done.
std::string print_effects(const internal::turn& made);
// "consumed 1 2; discarded 3; unconsumed 4"
std::string print_messages(const internal::turn& made);

}  // namespace duroxide::test
