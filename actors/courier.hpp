// Brings in what other processes, and earlier incarnations, wrote.
#pragma once

#include "actors/peers.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

namespace duroxide::internal {

// Shards on their way to other nodes. Dispatchers put in those that are out of memory, the courier takes
// them.
class handover {
public:
  void expect(std::size_t shards) { expected_ += shards; }
  bool is_under_way() const { return expected_ > 0; }
  void out_of_memory(std::uint32_t shard) {
    std::lock_guard lock(mutex_);
    ready_.push_back(shard);
  }
  std::vector<std::uint32_t> take_ready() {
    std::lock_guard lock(mutex_);
    expected_ -= ready_.size();
    return std::exchange(ready_, {});
  }

private:
  std::size_t expected_ = 0;  // the courier's
  std::mutex mutex_;
  std::vector<std::uint32_t> ready_;
};

// On a thread of its own. First it takes up all that the store holds for this node's shards: undelivered
// messages, timers within the horizon, unfinished activities. From then on it waits for changes made by
// others, without polling, and moves the timer horizon on. While there are other members it looks after them:
// shards that nobody owns become this node's, and those that it has beyond its share it gives up, a few at a
// time, each when nothing of it is in memory any more.
class courier {
public:
  courier(peers_ptr all, std::unique_ptr<change_watch> watch);
  courier(const courier&) = delete;
  courier& operator=(const courier&) = delete;
  ~courier();

private:
  void run();
  void take_up(const std::vector<std::uint32_t>& shards);
  void take_up_activities(const std::vector<std::uint32_t>& shards);
  void bring_mail(const std::vector<std::uint32_t>& gained = {});
  void look_after_others();
  void begin_to_give_up(std::size_t surplus);
  void finish_giving_up();
  bool wait_for_news();
  void move_horizon();
  void deliver_all(std::vector<message> messages);
  // Reads again and again until the store answers, or the courier stops; then what it gives is empty.
  template <class T> T read_patiently(const std::function<stored<T>()>& read);
  void pause(duration length);

  peers_ptr peers_;
  std::shared_ptr<change_watch> watch_;
  std::string position_;  // in the mail
  timestamp horizon_{};
  std::chrono::steady_clock::time_point next_look_{};  // although nothing was heard of
  std::shared_ptr<handover> leaving_ = std::make_shared<handover>();
  std::stop_source stop_;
  std::thread thread_;
};

}  // namespace duroxide::internal
