// Which asynchronous activities may run.
#pragma once

#include "duroxide/provider.hpp"
#include "actors/activity/work_queue.hpp"
#include "actors/metrics.hpp"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace duroxide::internal {

struct waiting_activity {
  stored_activity activity;
  bool claimed = false;
};

// Asynchronous activities hold no worker, so their number is limited by places: as many run at a time as there
// are places, and the others wait. They take places by the rule of the work queue: as they are due, and of one
// instance at most its share while others wait. Used by the pool alone; its counts are gauges, which any thread
// may read.
class asynchronous_line {
public:
  // REQUIRES: places > 0.
  asynchronous_line(std::size_t places, std::shared_ptr<metrics> counters)
      : places_(places), share_(fair_share(places)), counters_(std::move(counters)) {}
  asynchronous_line(const asynchronous_line&) = delete;
  asynchronous_line& operator=(const asynchronous_line&) = delete;
  ~asynchronous_line() { clear(); }

  // Takes a place at once. False, and nothing is taken, if none is free, or if others wait.
  bool enter(const activity_key& key);
  // It waits from now on. REQUIRES: it does not wait, and has no place.
  void push(stored_activity activity, bool claimed);
  // The next one, which has a place now; nothing if none waits, or if no place is free.
  std::optional<waiting_activity> next();
  // It waits no more.
  void forget(const activity_key& key);
  // Takes those out that would run last, all but `keep`, if they may go. They are the caller's then.
  std::vector<activity_key> take_back(std::size_t keep,
                                      const std::function<bool(const waiting_activity&)>& may_go);

  // Gives its place up; false if it has none.
  bool leave(const activity_key& key);
  // It was asked to stop, and keeps its place until it leaves.
  void note_cancelled(const activity_key& key);
  // Whether it has a place, and was asked to stop.
  bool is_stopping(const activity_key& key) const;

  void drop_waiting();
  void clear();

  std::size_t places() const noexcept { return places_; }
  std::size_t waiting() const noexcept { return line_.size(); }
  std::size_t waiting_bytes() const noexcept { return waiting_bytes_; }  // of their inputs
  // That nobody has, and nobody waits for.
  std::size_t free_places() const noexcept {
    const std::size_t wanted = running_.size() + line_.size();
    return wanted < places_ ? places_ - wanted : 0;
  }
  // How many places have been given up so far.
  std::uint64_t left() const noexcept { return left_; }

private:
  struct position {
    timestamp due{};
    std::uint64_t life = 0;
    std::uint64_t execution = 0;
    std::uint64_t event_id = 0;

    auto operator<=>(const position&) const = default;
  };
  using line = std::map<position, waiting_activity>;

  void take_place(const activity_key& key);
  line::iterator first_in_turn();
  waiting_activity remove(line::iterator waiting);
  std::size_t running_of(std::uint64_t life) const;

  const std::size_t places_;
  const std::size_t share_;
  const std::shared_ptr<metrics> counters_;
  line line_;
  std::unordered_map<activity_key, line::iterator, activity_key_hash> known_;  // in the line
  std::unordered_map<activity_key, bool, activity_key_hash> running_;          // whether it was cancelled
  std::unordered_map<std::uint64_t, std::size_t> running_of_life_;
  std::size_t waiting_bytes_ = 0;
  std::uint64_t left_ = 0;
};

}  // namespace duroxide::internal
