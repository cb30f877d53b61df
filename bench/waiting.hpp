// Waiting that Ctrl-C ends.
#pragma once

#include "bench/stop.hpp"

#include <chrono>
#include <future>

namespace duroxide::bench {

// False after Ctrl-C: then nobody need wait any longer.
template <class Value> bool has_come(std::future<Value>& what) {
  while (what.wait_for(std::chrono::milliseconds(100)) != std::future_status::ready)
    if (asked_to_stop()) return false;
  return true;
}

}  // namespace duroxide::bench
