// Where a lane of a writer stands.
#pragma once

#include <cstdint>

namespace duroxide::persistence {

// Each write of the lane names both and moves `commit_seq`; one with another epoch writes nothing.
struct lane_position {
  std::uint64_t epoch = 0;
  std::uint64_t commit_seq = 0;
};

}  // namespace duroxide::persistence
