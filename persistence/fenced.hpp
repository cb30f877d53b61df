// What is said to a node that is not a member any more.
#pragma once

#include <cstdint>

namespace duroxide::persistence {

[[noreturn]] void throw_fenced(std::uint64_t node);

}  // namespace duroxide::persistence
