// Brings in what other processes, and earlier incarnations, wrote.
#pragma once

#include "actors/peers.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <thread>

namespace duroxide::internal {

// On a thread of its own. First it takes up all that the store holds for this node's shards: undelivered
// messages, timers within the horizon, unfinished activities. From then on it waits for changes made by
// others, without polling, and moves the timer horizon on. While there are other members it looks after them,
// once a second: a dead one's shards become this node's.
class courier {
public:
  courier(peers_ptr all, std::unique_ptr<change_watch> watch);
  courier(const courier&) = delete;
  courier& operator=(const courier&) = delete;
  ~courier();

private:
  void run();
  void take_up_activities();
  void bring_mail();
  void look_after_others();
  void take_up_shards();
  void move_horizon();
  void deliver_all(std::vector<message> messages);
  // Reads again and again until the store answers, or the courier stops; then what it gives is empty.
  template <class T> T read_patiently(const std::function<stored<T>()>& read);
  void pause(duration length);

  peers_ptr peers_;
  std::unique_ptr<change_watch> watch_;
  std::string position_;  // in the mail
  timestamp horizon_{};
  std::chrono::steady_clock::time_point next_tending_{};
  std::stop_source stop_;
  std::thread thread_;
};

}  // namespace duroxide::internal
