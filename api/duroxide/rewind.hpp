// Going back in the history of an instance, to run it on from there.
#pragma once

#include "duroxide/codec.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace duroxide {

// Where an instance goes back to: just before something arrived for it. What its current execution did from there on
// does not count any more; it can still be read.
class rewind_point {
public:
  // Before what it failed of: the last activity or sub-orchestration that failed, or call that a timer cut off;
  // with it those that failed at the same time, while the code waited for all of them. They run again, and nothing
  // that has succeeded does. If nothing failed but the code itself: before the last thing that arrived, which arrives
  // again. If it was cancelled or terminated: before that.
  static rewind_point last_failure() { return rewind_point(kind::last_failure, 0); }
  // Before this event of the current execution, which must be one that arrived: the outcome of an activity, a
  // sub-orchestration or a timer, which is asked for again; or the answer of a durable actor, an external event or a
  // message of a queue, which arrives again (the last two unless rewind_options::drops_messages).
  static rewind_point event(std::uint64_t id) { return rewind_point(kind::event, id); }
  // To where the current execution began: the code runs anew.
  static rewind_point begin() { return rewind_point(kind::begin, 0); }

  enum class kind : std::uint8_t { last_failure, event, begin };
  kind which() const noexcept { return kind_; }
  std::uint64_t event_id() const noexcept { return event_; }

private:
  rewind_point(kind which, std::uint64_t id) : kind_(which), event_(id) {}

  kind kind_;
  std::uint64_t event_;
};

struct rewind_options {
  std::string reason{};  // for those who read the history
  // The orchestration goes on in this version; none: in the one that it has. If its code does not match what is left
  // of the history, the instance stalls, and can be rewound further.
  std::optional<std::string> version{};
  // With rewind_point::begin: what the execution begins with instead of its input.
  std::optional<json_text> input{};
  // External events and messages of queues that were received behind the point are dropped; else they are received
  // again, in their order.
  bool drops_messages = false;
};

// What a rewind has done.
struct rewind_receipt {
  std::uint64_t execution = 1;
  std::uint64_t event = 0;  // the first that does not count any more
  // What is rewound: the instance, and the sub-orchestrations that failed, or ended, with it.
  std::vector<std::string> instances;
};

}  // namespace duroxide
