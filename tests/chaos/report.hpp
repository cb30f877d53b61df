// What a run comes to.
#pragma once

#include "tests/chaos/storm.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace duroxide::chaos {

struct outcome {
  std::string store;
  std::size_t seconds = 0;
  std::size_t instances = 0;
  std::size_t activities = 0;
  std::size_t repeated = 0;  // runs of activities beyond the first that a trouble explains
  tally storm;
  // Of each a line: what the store says that cannot be, what did not end or run, what ended otherwise than it
  // must, runs of activities that no trouble explains, nodes that did not do what they must.
  std::vector<std::string> gaps;
  std::vector<std::string> lost;
  std::vector<std::string> wrong;
  std::vector<std::string> doubled;
  std::vector<std::string> failures;

  bool is_right() const;
};

// A table with a column for each.
std::string as_markdown(const std::vector<outcome>& outcomes);
// The first lines of everything that should not be.
std::string complaints(const outcome& found);

}  // namespace duroxide::chaos
