// Who owns the store.
#pragma once

#include "persistence/sqlite/file_lock.hpp"
#include "persistence/sqlite/store.hpp"

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace duroxide::persistence::sqlite {

// One node at a time owns all shards of an SQLite store. It holds a lock that dies with its process, so there
// is no heartbeat, and whoever gets the lock knows that every other node is dead. Any thread may call.
class membership {
public:
  explicit membership(std::shared_ptr<store> in) : store_(std::move(in)) {}

  // These throw store_failure.
  node_membership join(const node_offer& offer);
  void leave(std::uint64_t node);

private:
  [[noreturn]] void throw_in_use(const std::string& by_whom);
  std::string living_node();

  const std::shared_ptr<store> store_;
  std::mutex mutex_;
  std::optional<std::uint64_t> holder_;  // that joined here and has not left
  std::optional<file_lock> lock_;        // none for a database in memory, which nobody else can reach
};

}  // namespace duroxide::persistence::sqlite
