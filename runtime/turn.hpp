// What a turn produces, as a value.
#pragma once

#include "duroxide/detail/engine.hpp"
#include "duroxide/history_event.hpp"
#include "duroxide/instance_status.hpp"
#include "duroxide/label.hpp"
#include "duroxide/message.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace duroxide::internal {

struct created_timer {
  std::uint64_t event_id = 0;
  timestamp due{};
};

// How an execution ends. `version` and what follows it are for continue-as-new only.
struct ending {
  runtime_status status = runtime_status::completed;
  std::string output;
  std::optional<error_details> error;
  std::optional<std::string> version;
  std::vector<queued_message> given_back;  // recorded, and taken by nobody: they go back into the inbox
  std::vector<kv_entry> kv{};              // that the next execution begins with
  std::vector<label> labels{};             // the same
};

// The new events, and the effects that they stand for. An effect whose operation was dropped in the same turn
// is not listed: its events remain, nothing happens.
struct turn {
  std::vector<history_event> events;
  std::vector<std::uint64_t> activities;  // event ids of activity_scheduled events, to run
  std::vector<std::uint64_t> children;    // event ids of sub_orchestration_scheduled events, to start
  std::vector<std::uint64_t> commands;    // event ids of command_sent events, to send
  std::vector<std::uint64_t> detached;    // event ids of orchestration_detached events, to start
  std::vector<created_timer> timers;
  std::vector<std::uint64_t> finished_activities;
  std::vector<std::uint64_t> cancelled_activities;
  std::vector<std::uint64_t> cancelled_timers;
  std::vector<std::string> cancelled_children;  // instance ids
  std::optional<std::optional<std::string>> custom_status;
  bool kv_cleared = false;  // everything, before `kv` is applied
  std::set<std::string> kv_changed;
  std::vector<kv_change> kv;  // of those keys, as they are after the turn
  std::set<std::string> labels_changed;
  std::vector<label_change> labels;  // of those names, as they are after the turn
  bool records_labels = false;       // there are events that have some
  std::vector<detail::trace_record> traces;
  std::optional<ending> ends;
  bool is_terminated = false;  // ended by force: its children are to end likewise
  // Of a turn that rewinds.
  struct repetition {
    std::uint64_t recorded = 0;               // the id of the event that says so
    std::vector<history_event> activities{};  // schedule events of earlier turns, which run again
    std::vector<history_event> commands{};    // likewise, which are sent again
    std::vector<message> messages{};          // to the instance itself, in this order
    std::vector<queued_message> given_back{};
    std::optional<std::string> version{};
  };
  std::optional<repetition> repeats{};
  // How much was taken of what had arrived; the rest is for the next turn.
  std::size_t taken = 0;
  // Ids of arrived messages: those that entered history, those that were stale, and (whole, after
  // continue-as-new) those that are for the next execution.
  std::vector<std::uint64_t> consumed;
  std::vector<std::uint64_t> discarded;
  std::vector<message> unconsumed;
  std::vector<std::string> warnings;

  const history_event& event(std::uint64_t id) const { return events[id - events.front().id]; }
};

}  // namespace duroxide::internal
