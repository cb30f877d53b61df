// What the connections of a store share: its rows, its clock, and its listeners.
#pragma once

#include "duroxide/detail/mutex.hpp"
#include "persistence/simulated/listeners.hpp"
#include "persistence/simulated/store.hpp"
#include "persistence/simulated/tables.hpp"
#include "persistence/store_failure.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace duroxide::internal::simulated {

inline constexpr const char* description = "simulated store";

// Any thread may call. One operation after the other sees the rows; the listeners that it concerns are called
// after it, without the lock.
class core {
public:
  explicit core(simulated_store_options options)
      : options_(std::move(options)), listeners_(std::make_shared<listeners>()), rows_(options_.shard_count) {
  }

  const simulated_store_options& options() const { return options_; }
  listeners& listening() { return *listeners_; }
  std::uint64_t new_connection() {
    const detail::lock_guard lock(mutex_);
    return ++last_connection_;
  }

  // `body(const tables&)`.
  template <class Body> auto read(std::string_view operation, Body&& body) {
    return attempt(operation, [&] {
      const detail::lock_guard lock(mutex_);
      return body(std::as_const(rows_));
    });
  }
  // `body(tables&, news&)`. What it throws must leave nothing behind.
  template <class Body> auto write(std::string_view operation, Body&& body) {
    return attempt(operation, [&] { return change(body); });
  }
  template <class Body> auto change(Body&& body) {
    telling after(*this);
    return body(rows_, after.what);
  }

private:
  // Holds the lock, and tells of the change when it is over.
  struct DUROXIDE_SCOPED_CAPABILITY telling {
    explicit telling(core& store) DUROXIDE_ACQUIRE(store.mutex_) : changed(store), lock(store.mutex_) {}
    telling(const telling&) = delete;
    telling& operator=(const telling&) = delete;
    ~telling() DUROXIDE_RELEASE() {
      if (what.nodes.empty() && !what.all && !what.written) return;
      std::vector<std::uint64_t> connections;
      for (const std::uint64_t node : what.nodes)
        connections.push_back(changed.rows_.cluster.nodes.at(node).connection);
      std::ranges::sort(connections);
      lock.unlock();
      changed.listeners_->tell(connections, what);
    }

    core& changed;
    detail::unique_lock lock;
    news what;
  };

  template <class Body> static auto attempt(std::string_view operation, Body&& body) {
    return persistence::attempt(std::string(operation).append(": ").append(description),
                                std::forward<Body>(body));
  }

  const simulated_store_options options_;
  const std::shared_ptr<listeners> listeners_;
  detail::mutex mutex_;
  tables rows_ DUROXIDE_GUARDED_BY(mutex_);
  std::uint64_t last_connection_ DUROXIDE_GUARDED_BY(mutex_) = 0;
};

}  // namespace duroxide::internal::simulated
