// Watches over turns that do not come to an end.
#pragma once

#include "duroxide/detail/mutex.hpp"
#include "duroxide/detail/running_code.hpp"
#include "duroxide/time.hpp"
#include "actors/metrics.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace duroxide::internal {

// Code of an orchestration that blocks or loops keeps its thread, and with it all other instances, waiting;
// and nobody can take the thread away from it. This tells who it is: a turn that takes longer than the limit
// is named in the log, with the last line that asked for something, and counted. A thread of its own looks
// when the oldest turn becomes too old; while nothing runs, it sleeps.
class turn_watch {
public:
  turn_watch(std::shared_ptr<metrics> counters, duration limit);
  turn_watch(const turn_watch&) = delete;
  turn_watch& operator=(const turn_watch&) = delete;
  ~turn_watch();

  // While it lives, a turn runs. What it is given must live longer.
  class running_turn {
  public:
    running_turn(turn_watch& watch, const std::string& instance, const std::string& orchestration,
                 const std::string& version, const duroxide::detail::code_position& position);
    running_turn(const running_turn&) = delete;
    running_turn& operator=(const running_turn&) = delete;
    ~running_turn();

  private:
    friend class turn_watch;
    turn_watch& watch_;
    const std::string& instance_;
    const std::string& orchestration_;
    const std::string& version_;
    const duroxide::detail::code_position& position_;
    std::chrono::steady_clock::time_point began_{};
    bool is_told_ = false;
    // In the order in which they began.
    running_turn* before_ = nullptr;
    running_turn* after_ = nullptr;
  };

  // What has run for so long, the oldest first, for people: "instance 'a' of orchestration 'B' (after
  // order.cpp:17)".
  std::vector<std::string> running(duration at_least) const;

private:
  void look() DUROXIDE_EXCLUDES(mutex_);
  static std::string described(const running_turn& turn);
  running_turn* oldest_untold() const DUROXIDE_REQUIRES(mutex_);

  const std::shared_ptr<metrics> counters_;
  const std::chrono::steady_clock::duration limit_;
  mutable detail::mutex mutex_;
  detail::condition_variable changed_;
  running_turn* first_ DUROXIDE_GUARDED_BY(mutex_) = nullptr;
  running_turn* last_ DUROXIDE_GUARDED_BY(mutex_) = nullptr;
  bool is_idle_ DUROXIDE_GUARDED_BY(mutex_) = false;  // the thread sleeps until something begins
  bool stopping_ DUROXIDE_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace duroxide::internal
