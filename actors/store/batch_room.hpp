// Bounds a batch.
#pragma once

#include "duroxide/limits.hpp"

#include <cstddef>

namespace duroxide::internal {

// What has room in a batch, or in a turn: so many bytes, and so many things, so that the next one waits
// for no more than that. One thing alone always has room, however large it is.
class batch_room {
public:
  // About ten milliseconds of a store that deletes a row for each of them.
  static constexpr std::size_t most_things = 1000;

  // Takes the room for one thing of `bytes`; false, and nothing is taken, if there is too little.
  bool take(std::size_t bytes) noexcept {
    if (things_ != 0 && (bytes_ + bytes > limits::batch_bytes || things_ == most_things)) return false;
    ++things_;
    bytes_ += bytes;
    return true;
  }

private:
  std::size_t things_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace duroxide::internal
