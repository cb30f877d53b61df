// What the rows of a workload cost by themselves.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace duroxide::bench {

// The rows that one instance writes in one of its turns, however an engine makes them: its children's are
// among them.
struct row_counts {
  std::size_t instances = 0;  // new ones
  std::size_t updates = 0;    // of instances
  std::size_t history = 0;    // one for each turn
  std::size_t history_bytes = 200;
  std::size_t work = 0;  // activities and messages that come,
  std::size_t done = 0;  // and those that go
  std::size_t times = 1;
};

// Instances a second that a bare database takes if it does nothing but write these rows, turn by turn, of
// many instances at once in each transaction. Takes about a second, less after Ctrl-C. Throws as
// open_bare_store does.
double floor_per_second(const std::string& store, const std::vector<row_counts>& turns);

// Transactions a second, each of so many rows.
double floor_commits_per_second(const std::string& store, std::size_t rows);

}  // namespace duroxide::bench
