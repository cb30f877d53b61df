// What is in a store, and whether it is well.
#pragma once

#include "tests/persistence/sqlite/faults/faulty_disk.hpp"
#include "tests/persistence/sqlite/faults/working_day.hpp"

#include <string>
#include <vector>

namespace duroxide::persistence_tests {

// Every row of every table as text, without the times of nodes.
std::string contents(const persistence::sqlite::database& db);

// What was acknowledged when so many events had happened.
struct milestone {
  std::size_t events = 0;
  std::string contents;
};

// A run of steps that all succeeded. The first milestone is what is there from the beginning.
struct past {
  disk_image before;
  std::vector<disk_event> events;
  std::vector<milestone> milestones;
};

// Runs the steps with a process of their own, from what is on the disk, which counts as synced. REQUIRES: the
// first step opens the store, the last one closes it.
past live_through(faulty_disk& disk, const std::vector<step>& steps, sqlite_options options = {});

// Fails the test unless the store on the disk opens, has nothing to complain of, and a node can go on in it:
// join and commit the instance "next". Gives its contents before that.
std::string goes_on(const faulty_disk& disk);

inline constexpr const char* store_name = "store.db";

}  // namespace duroxide::persistence_tests
