// Which operations meet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace duroxide::interleavings {

enum class store_kind : std::uint8_t { postgres, sqlite };

struct meeting {
  std::string situation;                // "running", "alone", "single" or "ended"
  std::vector<std::string> operations;  // of the store's operations.sql or operations.cpp

  // "SITUATION: OPERATION + OPERATION".
  std::string name() const;
};

// Every pair, in every situation in which one of the two has something to do, and the triples that are worth
// it.
std::vector<meeting> all_meetings(store_kind kind);

// What is found on PostgreSQL and not mended, as "NAME OF THE MEETING: KIND".
const std::set<std::string>& known_findings();

}  // namespace duroxide::interleavings
