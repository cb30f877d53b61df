// What a runtime has counted since it started.
#pragma once

#include "duroxide/time.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace duroxide {

// Durations that were observed: how many, their sum, and how many were at most each limit.
struct duration_histogram {
  static constexpr std::array limits_in_seconds{0.001, 0.005, 0.01, 0.05, 0.1,   0.5,    1.0,
                                                5.0,   10.0,  60.0, 300., 3600., 86'400.};
  std::uint64_t count = 0;
  double sum_in_seconds = 0;
  std::array<std::uint64_t, limits_in_seconds.size()> at_most{};
};

// The counts of one version of one orchestration. Everything is counted once, when the turn that it belongs to has been
// committed here.
struct orchestration_metrics {
  std::string name;
  std::string version;
  std::uint64_t started = 0;  // executions begun: instances, and executions after continue-as-new
  std::uint64_t completed = 0;
  std::uint64_t failed_application = 0;
  std::uint64_t failed_configuration = 0;
  std::uint64_t failed_infrastructure = 0;
  std::uint64_t failed_poison = 0;
  std::uint64_t cancelled = 0;
  std::uint64_t continued_as_new = 0;
  std::uint64_t turns = 0;
  std::uint64_t events = 0;
  std::uint64_t sub_orchestrations = 0;  // scheduled
  std::uint64_t long_turns = 0;          // longer than runtime_options::long_turn, committed or not
  duration_histogram duration;           // of whole instances, that ended here

  std::uint64_t failed() const {
    return failed_application + failed_configuration + failed_infrastructure + failed_poison;
  }
};

// The counts of one activity; every run in this process is counted once.
struct activity_metrics {
  std::string name;
  std::uint64_t succeeded = 0;
  std::uint64_t failed = 0;
  std::uint64_t cancelled = 0;  // its result was ignored
  std::uint64_t poisoned = 0;
  std::uint64_t retries = 0;  // runs that were not the first attempt of their policy
  duration_histogram duration;
};

struct metrics_snapshot {
  std::vector<orchestration_metrics> orchestrations;  // in the order of names and versions
  std::vector<activity_metrics> activities;           // in the order of names

  std::uint64_t resident_instances = 0;  // in memory now
  // Waiting now for a worker of this process, or, the asynchronous ones, for others of them to end.
  std::uint64_t queued_activities = 0;
  std::uint64_t running_activities = 0;  // on workers now
  // Coroutines, actors and those of register_async_activity that have not ended now; at most
  // runtime_options::async_activity_limit. One that does not stop after its cancellation is not counted any
  // more when activity_cancellation_grace_period is over.
  std::uint64_t running_asynchronous_activities = 0;
  std::uint64_t waiting_starts = 0;  // first turns of instances that wait for a commit now
  std::uint64_t waiting_turns = 0;   // all other turns that do

  std::uint64_t commits = 0;  // transactions of the journal
  std::uint64_t committed_turns = 0;
  std::uint64_t store_errors = 0;  // transactions that failed, and were tried again or given up
  duration_histogram commit_duration;

  // Sums over all versions of one orchestration; zeros if it is unknown.
  orchestration_metrics orchestration(const std::string& name) const;
  activity_metrics activity(const std::string& name) const;
};

// In the text format that Prometheus reads. Source: prometheus.io, "Exposition formats", 0.0.4. Names begin
// with duroxide_; the only labels are names and versions of orchestrations, names of activities, and
// outcomes.
std::string to_prometheus(const metrics_snapshot& snapshot);

}  // namespace duroxide
