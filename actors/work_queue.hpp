// Activities on their way to worker threads.
#pragma once

#include "duroxide/activity_context.hpp"
#include "duroxide/provider.hpp"
#include "duroxide/registry.hpp"

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <vector>

namespace duroxide::internal {

struct activity_key_hash {
  std::size_t operator()(const activity_key& key) const noexcept {
    return std::hash<std::string>{}(key.instance) ^ (key.execution * 0x9e3779b97f4a7c15ULL + key.event_id);
  }
};

// One activity to run.
struct work {
  activity_key key;
  activity_identity identity;
  std::shared_ptr<activity_services> services;
  std::string input;
  const activity_handler* run = nullptr;  // in the registry, which the workers keep
  bool tracked = false;                   // its outcome goes by way of the pool
  std::stop_source cancelled;
};

// The one place where threads meet over shared memory: a blocking queue is what blocking workers need, and a
// message to a sleeping thread costs many times as much. Any thread may call any member.
class work_queue {
public:
  void push(work item);
  // Blocks; nothing once the queue is closed.
  std::optional<work> pop();
  // Does not block: nothing if there is nothing.
  std::optional<work> try_pop();
  // Called after each push, for workers that do not wait in `pop`. Not while others push.
  void when_pushed(std::function<void()> call) { pushed_ = std::move(call); }
  void finished(const activity_key& key);

  // Takes the activity out of the queue, or asks the running one to stop; true if one is running.
  bool cancel(const activity_key& key);
  bool contains(const activity_key& key) const;
  enum class presence : std::uint8_t { none, present, cancelled };  // cancelled: running, and asked to stop
  presence find(const activity_key& key) const;
  // Of what is queued or running.
  std::vector<activity_key> keys() const;
  std::size_t waiting() const;
  std::size_t running() const;

  // Nothing is handed out any more.
  void close();
  // Blocks until no activity runs, for at most `limit`; true if none does.
  bool wait_until_idle(duration limit) const;
  // Asks everything that runs to stop. Outcomes do not count from then on: it is to be run again.
  void abandon_running();
  bool abandoned() const;

private:
  std::optional<work> take();

  mutable std::mutex mutex_;
  std::condition_variable available_;
  mutable std::condition_variable idle_;
  std::deque<work> queue_;
  std::unordered_map<activity_key, std::stop_source, activity_key_hash> known_;  // queued and running
  std::size_t running_ = 0;
  bool closed_ = false;
  bool abandoned_ = false;
  std::function<void()> pushed_;
};

}  // namespace duroxide::internal
