// Whom an operation on an instance is for.
#pragma once

#include <cstdint>

namespace duroxide {

enum class reach : std::uint8_t {
  alone,  // the instance
  tree,   // the instance and its running descendants
};

}  // namespace duroxide
