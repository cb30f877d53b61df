// Checks recorded histories against the current code.
#pragma once

#include "duroxide/testing/environment.hpp"

#include <iosfwd>
#include <string>
#include <vector>

namespace duroxide::testing {

// The result for one instance.
struct replay_verdict {
  std::string instance;
  std::string orchestration;
  std::string version;
  std::uint64_t execution = 0;  // its current one, which was replayed
  std::uint64_t events = 0;
  bool matches = false;
  std::string why;  // if it does not match: what the history has, what the code asked for, and where
  // Activities that it waits for and that have no handler. This is no mismatch: other nodes may run them.
  std::vector<std::string> unregistered_activities;
};

// Replays the current execution of every instance in an export (admin::export_instances), open or ended,
// against the handlers; earlier executions are not replayed. An ended one must end as it did, an open one
// must wait for what it waited for. An instance whose rows cannot be read does not match. Throws
// configuration_error (invalid_argument) for a file that is not an export.
std::vector<replay_verdict> replay_exported(std::istream& exported, const handlers& registered);

// Replays every open instance of a store, without writing to it and without stopping the runtimes that run it.
// Blocks. Throws infrastructure_error if the store cannot be read.
std::vector<replay_verdict> replay_open_instances(std::shared_ptr<provider> store,
                                                  const handlers& registered);

// A check before a deployment: replays every open instance of the store at `url` (as open_store_for_reading
// reads it: it is neither created, migrated nor otherwise changed, and may be a standby) against the handlers of
// this program, writes a line for each to `report` and a summary at the end, and returns the exit code of a
// program: 0 if all match, 1 if one does not, 2 if the store cannot be read. A store of an older schema is
// not read: export its instances with the build that it belongs to, and use replay_exported.
int gate(const std::string& url, const handlers& registered, std::ostream& report);

}  // namespace duroxide::testing
