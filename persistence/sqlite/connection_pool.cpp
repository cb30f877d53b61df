#include "persistence/sqlite/connection_pool.hpp"

#include <utility>

namespace duroxide::persistence::sqlite {

connection_pool::lease connection_pool::acquire() { return lease(*this, take()); }

std::unique_ptr<database> connection_pool::take() {
  {
    std::unique_lock lock(mutex_);
    returned_.wait(lock, [this] { return !free_.empty() || made_ < limit_; });
    if (!free_.empty()) {
      auto db = std::move(free_.back());
      free_.pop_back();
      return db;
    }
    free_.reserve(limit_);  // so that giving back cannot fail
    ++made_;
  }
  try {
    return make_();
  } catch (...) {
    const std::lock_guard lock(mutex_);
    --made_;
    returned_.notify_one();
    throw;
  }
}

void connection_pool::give_back(std::unique_ptr<database> db) noexcept {
  const std::lock_guard lock(mutex_);
  free_.push_back(std::move(db));
  returned_.notify_one();
}

}  // namespace duroxide::persistence::sqlite
