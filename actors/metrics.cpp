#include "actors/metrics.hpp"

#include <algorithm>

namespace duroxide::internal {

namespace {

std::uint64_t as_count(std::int64_t gauge) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, gauge));
}

}  // namespace

void metrics::observe(duration_histogram& histogram, std::chrono::duration<double> took) {
  ++histogram.count;
  histogram.sum_in_seconds += took.count();
  for (std::size_t i = 0; i < histogram.at_most.size(); ++i)
    if (took.count() <= duration_histogram::limits_in_seconds[i]) ++histogram.at_most[i];
}

void metrics::count_commit(std::size_t turns, clock::duration took) {
  const detail::lock_guard lock(commits_mutex_);
  ++commits_;
  turns_ += turns;
  observe(commit_duration_, took);
}

metrics_snapshot metrics::snapshot() const {
  metrics_snapshot now;
  {
    const detail::lock_guard lock(orchestrations_mutex_);
    for (const auto& [orchestration, counted] : orchestrations_) {
      now.orchestrations.push_back(counted);
      now.orchestrations.back().name = orchestration.first;
      now.orchestrations.back().version = orchestration.second;
    }
  }
  {
    const detail::lock_guard lock(activities_mutex_);
    for (const auto& [name, counted] : activities_) {
      now.activities.push_back(counted);
      now.activities.back().name = name;
    }
  }
  {
    const detail::lock_guard lock(commits_mutex_);
    now.commits = commits_;
    now.committed_turns = turns_;
    now.commit_duration = commit_duration_;
  }
  now.store_errors = store_errors_;
  now.resident_instances = as_count(resident_instances);
  now.waiting_starts = as_count(waiting_starts);
  now.waiting_turns = as_count(waiting_turns);
  now.queued_activities = as_count(asynchronous.waiting);
  now.running_asynchronous_activities = as_count(asynchronous.running);
  return now;
}

}  // namespace duroxide::internal
