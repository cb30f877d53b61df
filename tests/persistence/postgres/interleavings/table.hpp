// Which operations meet.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

namespace duroxide::interleavings {

struct meeting {
  std::string situation;                // of stage_set
  std::vector<std::string> operations;  // of operations.sql

  // "SITUATION: OPERATION + OPERATION".
  std::string name() const;
};

// Every pair, in every situation in which one of the two has something to do, and the triples that are worth
// it.
std::vector<meeting> all_meetings();

// What is found and not mended, as "NAME OF THE MEETING: KIND".
const std::set<std::string>& known_findings();

}  // namespace duroxide::interleavings
