// What is called when the store changes.
#pragma once

#include "duroxide/detail/mutex.hpp"
#include "duroxide/provider.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace duroxide::internal::simulated {

// The nodes and clients that a change concerns.
struct news {
  std::vector<std::uint64_t> nodes;  // that have something to look at; perhaps named twice
  bool all = false;                  // everybody has
  bool written = false;              // for watches of everything
};

// Any thread may call. They are told one after the other, in the order in which they came.
class listeners : public std::enable_shared_from_this<listeners> {
public:
  // Calls `changed` for as long as the handle lives; when that is gone, no call is under way any more.
  // Neither `changed` nor what it holds may come back here.
  std::shared_ptr<void> add(std::uint64_t connection, watch_scope scope, std::function<void()> changed);
  // `connections`: those that the change concerns, sorted.
  void tell(const std::vector<std::uint64_t>& connections, const news& what);

private:
  struct listener {
    std::uint64_t connection;
    watch_scope scope;
    std::function<void()> changed;
  };

  void remove(std::uint64_t number);

  detail::mutex mutex_;
  std::uint64_t last_ DUROXIDE_GUARDED_BY(mutex_) = 0;
  std::map<std::uint64_t, listener> all_ DUROXIDE_GUARDED_BY(mutex_);
};

}  // namespace duroxide::internal::simulated
