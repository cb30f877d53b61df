// From what a turn means to what the store writes.
#pragma once

#include "duroxide/provider.hpp"
#include "runtime/turn.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace duroxide::internal {

// What a commit needs to know of the instance besides the turn itself.
struct turn_origin {
  std::string instance;
  std::string orchestration;
  std::string version;
  life_number life = 0;
  std::vector<std::string> callers;  // of a durable actor: those that await whom it asks, itself the last
  std::uint64_t execution = 1;
  std::optional<parent_link> parent;
  std::uint64_t root = 0;                    // of its tree; 0: it is the root itself, and has no life yet
  std::uint32_t depth = 0;                   // below the root
  std::size_t max_depth = 0;                 // of what it may start
  std::optional<std::string> custom_status;  // after the turn
  std::string build_id;
  timestamp began_at{};
  int history_format = limits::history_format;
  int next_history_format = limits::history_format;  // of the next execution, and of what is started
  // Of the next execution, if the turn continues as new.
  std::string next_version;
};

// Pure: who takes on what in memory is not its business.
turn_commit make_commit(const turn_origin& origin, const turn& made);

// The first event of an execution.
history_event started_event(const std::string& orchestration, const std::string& version, std::string input,
                            std::optional<parent_link> parent);

}  // namespace duroxide::internal
