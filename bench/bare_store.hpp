// Rows like those of a store, written by transactions that do nothing else: what they cost on this machine.
// An engine can go below that only by writing fewer or smaller rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace duroxide::bench {

// One transaction. Instances are numbered from 1; rows of work (activities, messages) too, among themselves.
struct bare_commit {
  std::vector<std::int64_t> instances;  // that are new
  std::vector<std::int64_t> updates;    // of instances
  std::vector<std::int64_t> history;    // a new row of each of these instances
  std::size_t history_bytes = 200;      // a row
  std::vector<std::int64_t> work;       // rows that are new
  std::vector<std::int64_t> done;       // rows that go
};

class bare_store {
public:
  virtual ~bare_store() = default;
  virtual void write(const bare_commit& what) = 0;
};

// With the durability that stores have, in tables that are gone with it. `url` as for open_store; a file is
// one beside it. Throws configuration_error (invalid_argument) for a URL of another kind, and
// std::runtime_error with what the database says.
std::unique_ptr<bare_store> open_bare_store(const std::string& url);
std::unique_ptr<bare_store> open_bare_sqlite(const std::string& file);
std::unique_ptr<bare_store> open_bare_postgres(const std::string& url);

}  // namespace duroxide::bench
