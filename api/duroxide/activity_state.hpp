// The state of an unfinished activity.
#pragma once

#include "duroxide/life.hpp"
#include "duroxide/time.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace duroxide {

// Identifies one scheduled activity.
struct activity_key {
  std::string instance;
  std::uint64_t execution = 1;
  std::uint64_t event_id = 0;
  // The life of the instance that scheduled it (life.hpp); 0: whichever the id has.
  life_number life = 0;
  bool operator==(const activity_key&) const = default;
};

struct activity_state {
  activity_key key;
  std::string name;
  std::optional<std::string> tag;
  std::optional<std::string> session;
  std::uint32_t attempt = 1;
  std::optional<std::string> progress;  // the details of its last heartbeat
  timestamp progress_at{};
  bool operator==(const activity_state&) const = default;
};

}  // namespace duroxide
