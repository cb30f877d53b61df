// What of an instance's inbox is in the store only.
#pragma once

#include "duroxide/limits.hpp"
#include "duroxide/message.hpp"

#include <cstddef>
#include <cstdint>
#include <unordered_set>
#include <utility>
#include <vector>

namespace duroxide::internal {

// An instance has no more of its inbox in memory than a turn takes. What comes when there is that much, or
// while others are in the store only, is left there: all of it has rows. A page is asked for when nothing
// that has a row is in memory or on its way to the store, so it is always the front of the inbox, in order of
// arrival, and nothing need be remembered of where the last one ended. (Messages of queues are the backlog's
// business.)
class unread_inbox {
public:
  static constexpr std::size_t most_bytes = limits::batch_bytes;  // in memory

  // All there is is in memory, or on its way here.
  bool is_whole() const noexcept { return known_ == knowledge::whole; }
  bool is_asked() const noexcept { return known_ == knowledge::asked; }
  bool lacks() const noexcept { return known_ == knowledge::front; }

  void has_more() noexcept {
    if (is_whole()) known_ = knowledge::front;
  }
  // A message that has come is left to the store; while a page is on its way, which may bring it or not,
  // until that is known.
  void leave_in_store(message arrived) {
    if (is_asked()) return meanwhile_.push_back(std::move(arrived));
    has_more();
    left_.insert(arrived.id);
  }
  // It comes from the store: true if it has come before, and so will not come once more.
  bool brings(std::uint64_t id) { return left_.erase(id) > 0; }

  void ask() noexcept { known_ = knowledge::asked; }
  // What has come since then, some of it perhaps with the page.
  std::vector<message> answered(bool more) {
    known_ = more ? knowledge::front : knowledge::whole;
    return std::exchange(meanwhile_, {});
  }

private:
  enum class knowledge : std::uint8_t { whole, front, asked };

  knowledge known_ = knowledge::whole;
  std::unordered_set<std::uint64_t> left_;
  std::vector<message> meanwhile_;
};

}  // namespace duroxide::internal
