// Activities on their way to worker threads.
#pragma once

#include "duroxide/activity_context.hpp"
#include "duroxide/detail/mutex.hpp"
#include "duroxide/provider.hpp"
#include "duroxide/registry.hpp"
#include "actors/clock.hpp"

#include <algorithm>
#include <atomic>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace duroxide::internal {

struct activity_key_hash {
  std::size_t operator()(const activity_key& key) const noexcept {
    return std::hash<std::string>{}(key.instance) ^
           ((key.life + key.execution) * 0x9e3779b97f4a7c15ULL + key.event_id);
  }
};

// One activity to run.
struct work {
  activity_key key;
  activity_identity identity;
  std::shared_ptr<activity_services> services;
  std::string input;
  const activity_handler* run = nullptr;  // in the registry, which the workers keep
  bool claimed = false;                   // its outcome goes by way of the pool
  timestamp due{};
  std::stop_source cancelled;
};

// How many of so many workers one instance may have while others wait: an eighth, and one at least.
inline std::size_t fair_share(std::size_t workers) { return std::max<std::size_t>(1, workers / 8); }

// A blocking queue, which is what blocking workers need; a message to a sleeping thread costs many times as
// much. Who waits goes by the rule of activity_claim (provider.hpp): as it is due, and of one instance at
// most its share at a time while others wait. Any thread may call any member.
//
// All threads of a runtime meet here, so what an activity needs is allocated and freed without the lock.
class work_queue {
public:
  explicit work_queue(std::size_t workers = 1) : share_(fair_share(workers)) {}

  void push(work item);
  // Blocks; nothing once the queue is closed.
  std::optional<work> pop();
  // Does not block: nothing if there is nothing.
  std::optional<work> try_pop();
  // Called after each push, for workers that do not wait in `pop`. Not while others push.
  void when_pushed(std::function<void()> call) { pushed_ = std::move(call); }
  void finished(const activity_key& key);
  // `finished`, and then `pop`.
  std::optional<work> pop_after(const activity_key& finished);

  // Takes the activity out of the queue, or asks the running one to stop; true if one is running.
  bool cancel(const activity_key& key);
  enum class presence : std::uint8_t { none, present, cancelled };  // cancelled: running, and asked to stop
  presence find(const activity_key& key) const;
  // Of what is queued or running.
  std::vector<activity_key> keys() const;
  std::vector<activity_key> running_keys() const;
  std::size_t waiting() const noexcept { return waiting_; }
  // Of their inputs.
  std::size_t waiting_bytes() const noexcept { return waiting_bytes_; }
  std::size_t running() const noexcept { return running_; }

  // How much has been run so far, and the time that it took on all workers together.
  struct pace {
    std::uint64_t finished = 0;
    steady_time::duration busy{};
  };
  pace so_far() const;
  // Takes those out that would be run last, all but `keep`, if they may go. They are the caller's then.
  std::vector<activity_key> take_back(std::size_t keep, const std::function<bool(const work&)>& may_go);

  // Nothing is handed out any more.
  void close();
  // Blocks until no activity runs, for at most `limit`; true if none does.
  bool wait_until_idle(duration limit) const;
  // Asks everything that runs to stop. Outcomes do not count from then on: it is to be run again.
  void abandon_running();
  bool abandoned() const noexcept { return abandoned_; }

private:
  // Where an activity stands in the order in which they are to be run, but for the shares.
  struct place {
    timestamp due{};
    std::uint64_t life = 0;
    std::uint64_t execution = 0;
    std::uint64_t event_id = 0;

    static place with(timestamp due, const activity_key& key) {
      return {due, key.life, key.execution, key.event_id};
    }
    auto operator<=>(const place&) const = default;
  };
  using line = std::map<place, work>;

  // Of what is queued or running.
  struct known_work {
    std::stop_source cancelled;
    timestamp due{};
    bool is_queued = true;
    steady_time began{};  // if it is not
  };
  using known = std::unordered_map<activity_key, known_work, activity_key_hash>;

  // How many of an instance run, for those of which some do.
  class running_counts {
  public:
    std::size_t count_of(std::uint64_t life) const;
    void add(std::uint64_t life);
    void remove(std::uint64_t life);

  private:
    struct count {
      std::uint64_t life = 0;
      std::size_t running = 0;
    };
    std::vector<count> counts_;  // no more than there are workers
  };

  line::iterator next() DUROXIDE_REQUIRES(mutex_);
  line::node_type take() DUROXIDE_REQUIRES(mutex_);
  line::node_type remove(line::iterator waiting) DUROXIDE_REQUIRES(mutex_);
  known::node_type finish(const activity_key& key) DUROXIDE_REQUIRES(mutex_);

  mutable detail::mutex mutex_;
  detail::condition_variable available_;
  mutable detail::condition_variable idle_;
  const std::size_t share_;
  line line_ DUROXIDE_GUARDED_BY(mutex_);
  known known_ DUROXIDE_GUARDED_BY(mutex_);
  running_counts running_of_life_ DUROXIDE_GUARDED_BY(mutex_);
  // Written with the lock, read without.
  std::atomic<std::size_t> waiting_ = 0;
  std::atomic<std::size_t> waiting_bytes_ = 0;
  std::atomic<std::size_t> running_ = 0;
  pace so_far_ DUROXIDE_GUARDED_BY(mutex_);
  bool closed_ DUROXIDE_GUARDED_BY(mutex_) = false;
  std::atomic<bool> abandoned_ = false;
  std::function<void()> pushed_;
};

}  // namespace duroxide::internal
