#include "actors/instance/turn_metrics.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace duroxide::internal {

namespace {

std::uint64_t& failures_of(orchestration_metrics& counted, const std::optional<error_details>& why) {
  switch (why ? why->category : error_category::application) {
  case error_category::configuration: return counted.failed_configuration;
  case error_category::infrastructure: return counted.failed_infrastructure;
  case error_category::poison: return counted.failed_poison;
  case error_category::application: break;
  }
  return counted.failed_application;
}

void count_work(orchestration_metrics& counted, const turn_commit& turn) {
  ++counted.turns;
  for (const history_row& row : turn.history) {
    counted.events += row.count;
    if (row.first_event_id == 1 && row.execution == turn.execution) ++counted.started;
  }
  const auto is_child = [](const outgoing_start& start) { return start.what.parent.has_value(); };
  counted.sub_orchestrations += static_cast<std::uint64_t>(std::ranges::count_if(turn.starts, is_child));
}

void count_end(orchestration_metrics& counted, const execution_end& end, duration took) {
  switch (end.status) {
  case runtime_status::completed: ++counted.completed; break;
  case runtime_status::cancelled: ++counted.cancelled; break;
  case runtime_status::continued_as_new: ++counted.continued_as_new; return;
  case runtime_status::failed:
  case runtime_status::pending:
  case runtime_status::running:
  case runtime_status::not_found: ++failures_of(counted, end.error);
  }
  metrics::observe(counted.duration, took);
}

}  // namespace

void count_turn(metrics& counters, const instance_record& owner, const std::string& version_of_turn,
                const turn_commit& turn) {
  const instance_status& status = owner.status;
  counters.count_orchestration(status.orchestration, version_of_turn, [&](orchestration_metrics& counted) {
    count_work(counted, turn);
    if (turn.ends) count_end(counted, *turn.ends, turn.began_at - status.created_at);
  });
  if (turn.begins)
    counters.count_orchestration(status.orchestration, status.version,
                                 [](orchestration_metrics& next) { ++next.started; });
}

}  // namespace duroxide::internal
