// How much was tried, said when the program ends.
#pragma once

#include "tests/persistence/sqlite/faults/faulty_disk.hpp"

#include <cstdint>
#include <map>
#include <utility>

namespace duroxide::persistence_tests {

// Used by one thread. Says its line when it goes, unless nothing was tried.
class fault_figures {
public:
  fault_figures() = default;
  fault_figures(const fault_figures&) = delete;
  fault_figures& operator=(const fault_figures&) = delete;
  ~fault_figures();

  void count_fault(disk_call call, int code) { ++faults_[{call, code}]; }

  std::uint64_t moments = 0;       // at which the power was cut
  std::uint64_t seeds = 0;         // the most for one moment
  std::uint64_t cuts = 0;          // each moment with each seed
  std::uint64_t disks = 0;         // different ones that they left
  std::uint64_t second_disks = 0;  // of them, by a cut while a store recovered from one
  std::uint64_t live_cuts = 0;     // under a process that went on

private:
  std::map<std::pair<disk_call, int>, std::uint64_t> faults_;
};

fault_figures& figures();

}  // namespace duroxide::persistence_tests
