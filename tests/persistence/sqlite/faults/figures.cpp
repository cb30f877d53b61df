#include "tests/persistence/sqlite/faults/figures.hpp"

#include <iostream>

namespace duroxide::persistence_tests {

namespace {

const char* name_of(disk_call call) {
  switch (call) {
  case disk_call::open: return "open";
  case disk_call::read: return "read";
  case disk_call::write: return "write";
  case disk_call::truncate: return "truncate";
  case disk_call::sync: return "sync";
  case disk_call::remove: return "remove";
  }
  return "";
}

}  // namespace

fault_figures::~fault_figures() {
  if (moments == 0 && faults_.empty()) return;
  std::cout << "tried: " << cuts << " power cuts at " << moments << " moments, up to " << seeds
            << " seeds each, which left " << disks << " different disks, " << second_disks
            << " of them by a second cut; " << live_cuts << " cuts under a process that went on; faults:";
  for (const auto& [what, times] : faults_) {
    const auto& [call, code] = what;
    std::cout << " " << name_of(call) << (code == SQLITE_FULL ? " (disk full) " : " ") << times;
  }
  std::cout << std::endl;
}

fault_figures& figures() {
  static fault_figures all;
  return all;
}

}  // namespace duroxide::persistence_tests
