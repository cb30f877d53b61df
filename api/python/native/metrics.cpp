#include "api/python/native/metrics.hpp"

#include "api/python/native/rows.hpp"

namespace duroxide::python {

namespace {

py::dict row_of(const duration_histogram& durations) {
  py::dict row;
  row["count"] = durations.count;
  row["sum_in_seconds"] = durations.sum_in_seconds;
  py::list limits;
  for (std::size_t i = 0; i < durations.at_most.size(); ++i)
    limits.append(py::make_tuple(duration_histogram::limits_in_seconds[i], durations.at_most[i]));
  row["at_most"] = limits;
  return row;
}

py::dict row_of(const orchestration_metrics& counted) {
  py::dict row;
  row["name"] = to_python(counted.name);
  row["version"] = to_python(counted.version);
  row["started"] = counted.started;
  row["completed"] = counted.completed;
  row["failed_application"] = counted.failed_application;
  row["failed_configuration"] = counted.failed_configuration;
  row["failed_infrastructure"] = counted.failed_infrastructure;
  row["failed_poison"] = counted.failed_poison;
  row["cancelled"] = counted.cancelled;
  row["continued_as_new"] = counted.continued_as_new;
  row["turns"] = counted.turns;
  row["events"] = counted.events;
  row["sub_orchestrations"] = counted.sub_orchestrations;
  row["long_turns"] = counted.long_turns;
  row["duration"] = row_of(counted.duration);
  return row;
}

py::dict row_of(const activity_metrics& counted) {
  py::dict row;
  row["name"] = to_python(counted.name);
  row["succeeded"] = counted.succeeded;
  row["failed"] = counted.failed;
  row["cancelled"] = counted.cancelled;
  row["poisoned"] = counted.poisoned;
  row["retries"] = counted.retries;
  row["duration"] = row_of(counted.duration);
  return row;
}

}  // namespace

py::dict to_python(const metrics_snapshot& snapshot) {
  py::list orchestrations;
  for (const orchestration_metrics& each : snapshot.orchestrations) orchestrations.append(row_of(each));
  py::list activities;
  for (const activity_metrics& each : snapshot.activities) activities.append(row_of(each));
  py::dict row;
  row["orchestrations"] = orchestrations;
  row["activities"] = activities;
  row["resident_instances"] = snapshot.resident_instances;
  row["queued_activities"] = snapshot.queued_activities;
  row["running_activities"] = snapshot.running_activities;
  row["running_asynchronous_activities"] = snapshot.running_asynchronous_activities;
  row["waiting_starts"] = snapshot.waiting_starts;
  row["waiting_turns"] = snapshot.waiting_turns;
  row["commits"] = snapshot.commits;
  row["committed_turns"] = snapshot.committed_turns;
  row["store_errors"] = snapshot.store_errors;
  row["commit_duration"] = row_of(snapshot.commit_duration);
  return row;
}

}  // namespace duroxide::python
