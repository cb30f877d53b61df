// What is done to the instance 'it', each operation as what a process calls.
#pragma once

#include "duroxide/sqlite_provider.hpp"
#include "persistence/sqlite/database.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

namespace duroxide::interleavings {

// It was not done, because of what others have done. Any other exception is an error.
class refusal : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

// The calls of one process.
class operations {
public:
  using operation = std::function<std::string()>;  // gives what it has done, as JSON for holds.sql

  explicit operations(std::string file);

  // One of table.cpp. Does what comes before it: its node has joined, its writer has opened lane `lane`.
  operation prepare(const std::string& name, std::uint32_t lane);
  // Members of this process are dead from then on.
  void forget() { member_.reset(); }

private:
  operation writing(std::uint64_t node, std::uint32_t lane, commit_batch batch);
  operation expiry();
  std::string post();
  std::string start(bool replace);
  std::string remove(bool force);
  std::uint64_t number(const std::string& sql);

  const std::string file_;
  std::shared_ptr<provider> store_;
  std::unique_ptr<persistence::sqlite::database> aside_;  // looks at what was done, without a stop
  std::shared_ptr<provider> member_;
};

}  // namespace duroxide::interleavings
