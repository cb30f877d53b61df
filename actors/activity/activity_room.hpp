// Room in memory for the activities that a node runs by itself.
#pragma once

#include "duroxide/provider.hpp"

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

namespace duroxide::internal {

// A turn decides which of its activities this node runs, but they reach the queue of the workers only after its
// commit. What has been decided meanwhile is reserved, so that turns that are decided at the same time do not all take
// the same room. Any thread may call.
class activity_room {
public:
  struct amount {
    std::size_t count = 0;
    std::size_t bytes = 0;  // of inputs
  };

  // What a turn has taken. It is given back when this is destroyed: once the pool has the activities, or when the turn
  // is not committed after all.
  class reservation {
  public:
    explicit reservation(std::shared_ptr<activity_room> room) : room_(std::move(room)) {}
    reservation(const reservation&) = delete;
    reservation& operator=(const reservation&) = delete;
    ~reservation() { room_->give_back(taken_); }

    // False if there is no room for this one. The last one that finds some may have more bytes than are left; of each
    // thread that asks at that moment, one may.
    bool take(const stored_activity& activity, const amount& most) {
      if (!room_->take(activity.input.size(), most)) return false;
      ++taken_.count;
      taken_.bytes += activity.input.size();
      return true;
    }

  private:
    std::shared_ptr<activity_room> room_;
    amount taken_;
  };

  // `queued` says what waits in the queue now.
  explicit activity_room(std::function<amount()> queued) : queued_(std::move(queued)) {}

private:
  // Reserved first and read then: what another turn gives back between the two is in the queue, and counted there.
  bool take(std::size_t bytes, const amount& most) {
    const std::size_t reserved_count = count_.fetch_add(1);
    const std::size_t reserved_bytes = bytes_.fetch_add(bytes);
    const amount queued = queued_();
    if (reserved_count + queued.count < most.count && reserved_bytes + queued.bytes < most.bytes) return true;
    give_back({1, bytes});
    return false;
  }
  void give_back(const amount& taken) noexcept {
    count_ -= taken.count;
    bytes_ -= taken.bytes;
  }

  std::atomic<std::size_t> count_ = 0;
  std::atomic<std::size_t> bytes_ = 0;
  std::function<amount()> queued_;
};

}  // namespace duroxide::internal
