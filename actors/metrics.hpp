// The counters of a runtime. Any thread may count.
#pragma once

#include "duroxide/detail/mutex.hpp"
#include "duroxide/metrics.hpp"
#include "duroxide/registry.hpp"

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace duroxide::internal {

// Of asynchronous activities now. Each node adds and takes away what is its own.
struct asynchronous_gauges {
  std::atomic<std::int64_t> running = 0;
  std::atomic<std::int64_t> waiting = 0;
  std::atomic<std::int64_t> waiting_bytes = 0;  // of their inputs
};

class metrics {
public:
  using clock = std::chrono::steady_clock;

  // `change` gets the record of that orchestration, or activity, and may do no more than count.
  template <class Change>
  void count_orchestration(const std::string& name, const std::string& version, Change change) {
    const detail::lock_guard lock(orchestrations_mutex_);
    auto known = orchestrations_.find(std::pair<std::string_view, std::string_view>(name, version));
    if (known == orchestrations_.end())
      known = orchestrations_.emplace(std::pair(name, version), orchestration_metrics()).first;
    change(known->second);
  }
  template <class Change> void count_activity(const std::string& name, Change change) {
    const detail::lock_guard lock(activities_mutex_);
    change(activities_[name]);
  }
  void count_commit(std::size_t turns, clock::duration took);
  void count_store_error() { ++store_errors_; }

  static void observe(duration_histogram& histogram, std::chrono::duration<double> took);

  std::atomic<std::int64_t> resident_instances = 0;
  std::atomic<std::int64_t> waiting_starts = 0;
  std::atomic<std::int64_t> waiting_turns = 0;
  asynchronous_gauges asynchronous;

  // Without the queue of the workers, which counts for itself: queued_activities is to be added to.
  metrics_snapshot snapshot() const;

private:
  mutable detail::mutex orchestrations_mutex_;
  // So that looking something up makes no strings.
  struct by_name_and_version {
    using is_transparent = void;
    template <class Left, class Right> bool operator()(const Left& left, const Right& right) const {
      using pair = std::pair<std::string_view, std::string_view>;
      return pair(left.first, left.second) < pair(right.first, right.second);
    }
  };
  std::map<std::pair<std::string, std::string>, orchestration_metrics, by_name_and_version>
      orchestrations_ DUROXIDE_GUARDED_BY(orchestrations_mutex_);
  mutable detail::mutex activities_mutex_;
  std::map<std::string, activity_metrics> activities_ DUROXIDE_GUARDED_BY(activities_mutex_);
  mutable detail::mutex commits_mutex_;
  std::uint64_t commits_ DUROXIDE_GUARDED_BY(commits_mutex_) = 0;
  std::uint64_t turns_ DUROXIDE_GUARDED_BY(commits_mutex_) = 0;
  duration_histogram commit_duration_ DUROXIDE_GUARDED_BY(commits_mutex_);
  std::atomic<std::uint64_t> store_errors_ = 0;
};

}  // namespace duroxide::internal
