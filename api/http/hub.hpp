// What all connections of a server share.
#pragma once

#include "duroxide/detail/mutex.hpp"
#include "duroxide/http.hpp"
#include "api/http/service.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <unordered_set>
#include <utility>
#include <vector>

namespace duroxide::http {

class connection;

// Outlives its connections. Any thread may use it.
class hub {
public:
  hub(operations::session store, const options& limits)
      : limits_(limits), service_(std::move(store), limits) {}

  const options& limits() const noexcept { return limits_; }
  http::service& service() noexcept { return service_; }

  // How many there are then.
  std::size_t add(connection& one) DUROXIDE_EXCLUDES(mutex_);
  void remove(connection& one) DUROXIDE_EXCLUDES(mutex_);

  // Has all connections end when they have answered what they were asked, and takes no more.
  void drain() DUROXIDE_EXCLUDES(mutex_);
  // Has them end at once.
  void close() DUROXIDE_EXCLUDES(mutex_);
  // True as soon as there is no connection any more; false if the time has come. A connection lives as long as the
  // service has a request of it, so that the service is of no use any more then.
  bool wait_for_all(std::chrono::steady_clock::time_point deadline) DUROXIDE_EXCLUDES(mutex_);
  void wait_for_all() DUROXIDE_EXCLUDES(mutex_);

private:
  std::vector<std::shared_ptr<connection>> all() DUROXIDE_EXCLUDES(mutex_);

  const options limits_;
  detail::mutex mutex_;
  detail::condition_variable changed_;
  std::unordered_set<connection*> connections_ DUROXIDE_GUARDED_BY(mutex_);
  http::service service_;
};

}  // namespace duroxide::http
