// Bounds a batch in bytes.
#pragma once

#include "duroxide/limits.hpp"

#include <cstddef>

namespace duroxide::internal {

// What has room in a batch. One thing alone always has, however large it is.
class batch_room {
public:
  // Takes the room for `bytes` more; false, and nothing is taken, if there is too little.
  bool take(std::size_t bytes) noexcept {
    if (used_ != 0 && used_ + bytes > limits::batch_bytes) return false;
    used_ += bytes;
    return true;
  }

private:
  std::size_t used_ = 0;
};

}  // namespace duroxide::internal
