// What a process does with a store, step by step, so that each step can be interrupted.
#pragma once

#include "duroxide/sqlite_provider.hpp"
#include "persistence/sqlite/membership.hpp"
#include "persistence/sqlite/writer.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace duroxide::persistence_tests {

// A process with a node and a client, each on connections of its own. The node's connection copies the log
// into the file after a few pages, so that a short day has many checkpoints.
struct process {
  std::string path;
  sqlite_options options{};
  std::shared_ptr<provider> client{};
  std::shared_ptr<persistence::sqlite::store> store{};
  std::unique_ptr<persistence::sqlite::membership> members{};
  std::uint64_t node = 0;
  std::unique_ptr<persistence::sqlite::writer> writer{};
};

// A step is one transaction of the store, or one that changes nothing of what is in it. It gives the failure
// if there is one, and can then be done again.
struct step {
  std::string name;
  std::function<std::optional<store_error>(process&)> run;
};

step opening();
step joining();
step opening_writer();
step closing();

// From an empty folder: instances are started, run, completed, replaced and continued as new, with payloads
// of one page and of many; then the store is closed and used by the next process.
const std::vector<step>& working_day();
// What a process does that comes after it.
const std::vector<step>& day_after();
commit_batch a_new_instance(const std::string& instance);

}  // namespace duroxide::persistence_tests
