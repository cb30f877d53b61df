// Connections that are lent to one thread at a time.
#pragma once

#include "duroxide/detail/mutex.hpp"
#include "persistence/store_failure.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace duroxide::persistence {

// Any thread may call. Connections are made when they are first needed, and kept as long as `is_usable` says
// so: when they are given back, and when they are lent again.
template <class Connection> class connection_pool {
public:
  using factory = std::function<std::unique_ptr<Connection>()>;
  using check = std::function<bool(const Connection&)>;

  class lease {
  public:
    lease(connection_pool& pool, std::unique_ptr<Connection> lent) noexcept
        : pool_(pool), lent_(std::move(lent)) {}
    lease(const lease&) = delete;
    lease& operator=(const lease&) = delete;
    ~lease() { pool_.give_back(std::move(lent_)); }

    Connection& operator*() const noexcept { return *lent_; }
    Connection* operator->() const noexcept { return lent_.get(); }

  private:
    connection_pool& pool_;
    std::unique_ptr<Connection> lent_;
  };

  connection_pool(std::size_t limit, factory make, check is_usable = nullptr)
      : limit_(limit), make_(std::move(make)), is_usable_(std::move(is_usable)) {}

  // Blocks while all connections are lent, and for a while also if another one cannot be made: somebody may
  // have set a limit to them. Throws store_failure if there is none.
  lease acquire() { return lease(*this, take()); }

private:
  std::unique_ptr<Connection> take() DUROXIDE_EXCLUDES(mutex_) {
    std::unique_ptr<Connection> lent;
    {
      detail::unique_lock lock(mutex_);
      while (free_.empty() && made_ >= limit_) returned_.wait(lock);
      if (free_.empty()) {
        free_.reserve(limit_);  // so that giving back cannot fail
        ++made_;
      } else {
        lent = std::move(free_.back());
        free_.pop_back();
      }
    }
    if (lent && (!is_usable_ || is_usable_(*lent))) return lent;
    try {
      lent.reset();
      return make_();
    } catch (const no_more_connections&) {
      forget_one();
      if (auto other = wait_for_another()) return other;
      throw;
    } catch (...) {
      forget_one();
      throw;
    }
  }

  // None if there are no others, or those that there are do not come back.
  std::unique_ptr<Connection> wait_for_another() DUROXIDE_EXCLUDES(mutex_) {
    const auto deadline = std::chrono::steady_clock::now() + longest_wait_;
    detail::unique_lock lock(mutex_);
    while (free_.empty() && made_ != 0 && returned_.wait_until(lock, deadline)) continue;
    if (free_.empty()) return nullptr;
    std::unique_ptr<Connection> lent = std::move(free_.back());
    free_.pop_back();
    lock.unlock();
    if (!is_usable_ || is_usable_(*lent)) return lent;
    lent.reset();
    forget_one();
    return nullptr;
  }

  void give_back(std::unique_ptr<Connection> lent) noexcept DUROXIDE_EXCLUDES(mutex_) {
    if (is_usable_ && !is_usable_(*lent)) {
      lent.reset();
      return forget_one();
    }
    const detail::lock_guard lock(mutex_);
    free_.push_back(std::move(lent));
    returned_.notify_one();
  }

  void forget_one() noexcept DUROXIDE_EXCLUDES(mutex_) {
    const detail::lock_guard lock(mutex_);
    --made_;
    returned_.notify_all();
  }

  static constexpr std::chrono::seconds longest_wait_{10};

  const std::size_t limit_;
  const factory make_;
  const check is_usable_;
  detail::mutex mutex_;
  detail::condition_variable returned_;
  std::size_t made_ DUROXIDE_GUARDED_BY(mutex_) = 0;
  std::vector<std::unique_ptr<Connection>> free_ DUROXIDE_GUARDED_BY(mutex_);
};

}  // namespace duroxide::persistence
