// What is sent to an instance.
#pragma once

#include "duroxide/errors.hpp"
#include "duroxide/life.hpp"
#include "duroxide/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace duroxide {

enum class message_kind : std::uint8_t {
  start,          // run the first turn of execution `execution`
  activity_done,  // of the activity scheduled by `source` in `execution`
  timer_due,      // of the timer created by `source` in `execution`
  event_raised,   // an external event, `name`
  enqueued,       // a message for queue `name`
  child_done,     // of the child scheduled by `source` in `execution`
  command_done,   // the answer of a durable actor to the command that `source` in `execution` asked
  cancel,         // reason in `data`; from a parent: its instance id in `name`
};

std::string_view to_string(message_kind kind);
// Throws std::invalid_argument for a word that is no message kind.
message_kind message_kind_from(std::string_view text);

// Messages that have a row in the store carry its id; those that travel in memory only have id 0.
struct message {
  std::uint64_t id = 0;
  message_kind kind = message_kind::start;
  std::string instance;
  std::uint64_t execution = 0;  // 0: whichever is current
  std::uint64_t source = 0;     // the schedule event that it answers
  std::string name;
  std::string data;
  std::optional<error_details> error;  // activity_done, child_done: it failed
  timestamp visible_at{};              // not delivered before
  // The life of the instance that it is for (life.hpp); 0: whichever the id has when it is accepted.
  life_number life = 0;

  bool operator==(const message&) const = default;
};

}  // namespace duroxide
