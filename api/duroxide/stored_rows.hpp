// The rows that a store keeps of instances, histories and activities.
#pragma once

#include "duroxide/activity_state.hpp"
#include "duroxide/history_event.hpp"
#include "duroxide/instance_status.hpp"
#include "duroxide/limits.hpp"
#include "duroxide/message.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace duroxide {

// A new instance, with its first execution.
struct instance_start {
  std::string instance;
  std::string orchestration;
  std::string version;
  std::string input;
  std::optional<parent_link> parent;
  timestamp created_at{};
  std::vector<label> labels{};          // each name once
  std::optional<timestamp> start_at{};  // the start message is not visible before; none: created_at
  int history_format = 0;               // of its history; 0: provider::history_format()
  std::uint64_t root = 0;   // of its tree, by its life; 0, with a parent: the instance whose turn starts it
  std::uint32_t depth = 0;  // below the root
};

// Events `first_event_id` .. `first_event_id + count - 1` of an execution, as runtime/history_codec packs
// them: UTF-8 JSON, {"build": "...", "at": ms, "events": [{"kind": "...", ...}, ...]}. Opaque to the
// provider's writing side; its expand-on-read view relies on it.
struct history_row {
  std::uint64_t execution = 1;
  std::uint64_t first_event_id = 1;
  std::uint32_t count = 0;
  std::string packed;
};

struct stored_activity {
  activity_key key;
  std::string orchestration;  // and version: of the instance. Given when read, ignored when written
  std::string version;
  std::string name;
  std::string input;
  std::optional<std::string> tag;
  std::optional<std::string> session;
  std::uint32_t attempt = 1;      // of the orchestration's retry policy
  std::uint64_t retry_of = 0;     // event id of the first attempt; 0: this is the first
  std::uint32_t crash_count = 0;  // processes that died while they ran it
  std::string failures;           // which processes, a line each
  // Activities that wait for a worker are ordered by this time, the earliest first (see activity_claim).
  timestamp due{};
  // Written without an owner, so that any node that can run it may claim it. Others are held by the owner of
  // their instance's shard from the beginning.
  bool claimable = false;
  // Only in the result of `load`: the input was left in the store, since the inputs before it fill what one load
  // returns.
  bool input_left = false;
};

}  // namespace duroxide
