// A provider that counts what is asked of another one.
#pragma once

#include "duroxide/provider.hpp"

#include <atomic>
#include <cstdint>
#include <memory>

namespace duroxide::bench {

struct store_counts {
  std::atomic<std::uint64_t> commits = 0;      // transactions of journals
  std::atomic<std::uint64_t> turns = 0;        // turns in them
  std::atomic<std::uint64_t> other_calls = 0;  // reads, posts, membership
};

std::shared_ptr<provider> count_calls(std::shared_ptr<provider> inner, std::shared_ptr<store_counts> counts);

}  // namespace duroxide::bench
