#include "persistence/postgres/claims.hpp"

namespace duroxide::persistence::postgres {

namespace {

struct key_columns {
  std::vector<std::string> instances;
  std::vector<std::uint64_t> executions;
  std::vector<std::uint64_t> event_ids;
};

key_columns columns_of(const std::vector<activity_key>& keys) {
  key_columns columns;
  for (const activity_key& key : keys) {
    columns.instances.push_back(key.instance);
    columns.executions.push_back(key.execution);
    columns.event_ids.push_back(key.event_id);
  }
  return columns;
}

std::vector<stored_activity> claim_on(connection& on, std::uint64_t node, const activity_claim& wanted) {
  auto row = on.run(
      "select instance, execution, event_id, orchestration, version, name, input, tag, session, attempt, "
      "retry_of, attempts, failures from claim_activities($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
      static_cast<std::int32_t>(node), wanted.names, wanted.untagged, wanted.any_tag, wanted.tags,
      static_cast<std::uint64_t>(wanted.limit), static_cast<std::uint64_t>(wanted.max_sessions),
      wanted.session_owner, static_cast<std::int64_t>(wanted.session_idle_timeout.count()),
      static_cast<std::int64_t>(wanted.session_lock_timeout.count()), wanted.now);
  std::vector<stored_activity> claimed;
  while (row.next()) {
    stored_activity& it = claimed.emplace_back();
    it.shared = true;
    row.into(it.key.instance, it.key.execution, it.key.event_id, it.orchestration, it.version, it.name,
             payload_into{it.input}, it.tag, it.session, it.attempt, it.retry_of, it.attempts, it.failures);
  }
  return claimed;
}

}  // namespace

std::vector<stored_activity> claims::claim(std::uint64_t node, const activity_claim& wanted) {
  give_back_unheard(node);
  std::vector<stored_activity> claimed;
  try {
    const auto on = store_->writing();
    // What is claimed is known before it is certain, and so never forgotten.
    transaction changes(*on);
    claimed = claim_on(*on, node, wanted);
    changes.commit();
    return claimed;
  } catch (const store_failure& failure) {
    if (failure.error().fate != store_fate::unknown) throw;
    const std::lock_guard lock(mutex_);
    for (const stored_activity& each : claimed) unheard_[node].push_back(each.key);
    throw store_failure(store_fate::not_done, failure.error().kind, failure.error().message);
  }
}

void claims::release(std::uint64_t node, const std::vector<activity_key>& keys) {
  const key_columns columns = columns_of(keys);
  store_->write_again([&](connection& on) {
    on.run("update activities a set owner = null, shared = true "
           "from unnest($2::text[], $3::bigint[], $4::bigint[]) k (instance, execution, event_id) "
           "where a.instance = k.instance and a.execution = k.execution and a.event_id = k.event_id "
           "and a.owner = $1",
           static_cast<std::int32_t>(node), columns.instances, columns.executions, columns.event_ids);
  });
}

// A claim that is still on its way has locked its rows, so this waits for it.
void claims::give_back_unheard(std::uint64_t node) {
  std::vector<activity_key> keys;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = unheard_.find(node); found != unheard_.end()) keys = found->second;
  }
  if (keys.empty()) return;
  release(node, keys);
  const std::lock_guard lock(mutex_);
  auto& left = unheard_[node];
  left.erase(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(keys.size()));
}

std::vector<activity_key> lost_activities(connection& on, std::uint64_t node,
                                          const std::vector<activity_key>& keys) {
  const key_columns columns = columns_of(keys);
  auto row =
      on.run("select k.number from unnest($2::text[], $3::bigint[], $4::bigint[]) with ordinality "
             "k (instance, execution, event_id, number) left join activities a on a.instance = k.instance "
             "and a.execution = k.execution and a.event_id = k.event_id where a.owner is distinct from $1 "
             "order by k.number",
             static_cast<std::int32_t>(node), columns.instances, columns.executions, columns.event_ids);
  std::vector<activity_key> lost;
  while (row.next()) {
    std::size_t number = 0;
    row.into(number);
    lost.push_back(keys.at(number - 1));
  }
  return lost;
}

}  // namespace duroxide::persistence::postgres
