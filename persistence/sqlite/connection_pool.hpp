// Connections that are lent to one thread at a time.
#pragma once

#include "persistence/sqlite/database.hpp"

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace duroxide::persistence::sqlite {

// Any thread may call. Connections are made when they are first needed and kept.
class connection_pool {
public:
  using factory = std::function<std::unique_ptr<database>()>;

  class lease {
  public:
    lease(connection_pool& pool, std::unique_ptr<database> db) noexcept : pool_(pool), db_(std::move(db)) {}
    lease(const lease&) = delete;
    lease& operator=(const lease&) = delete;
    ~lease() { pool_.give_back(std::move(db_)); }

    database& operator*() const noexcept { return *db_; }
    database* operator->() const noexcept { return db_.get(); }

  private:
    connection_pool& pool_;
    std::unique_ptr<database> db_;
  };

  connection_pool(std::size_t limit, factory make) : limit_(limit), make_(std::move(make)) {}

  // Blocks while all connections are lent. Throws store_failure if a new one cannot be made.
  lease acquire();

private:
  std::unique_ptr<database> take();
  void give_back(std::unique_ptr<database> db) noexcept;

  const std::size_t limit_;
  const factory make_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::size_t made_ = 0;
  std::vector<std::unique_ptr<database>> free_;
};

}  // namespace duroxide::persistence::sqlite
