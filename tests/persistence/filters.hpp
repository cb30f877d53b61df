// A store with 100 000 instances, and filters that an index serves.
#pragma once

#include <string>
#include <vector>

namespace duroxide::persistence_tests {

// `numbers`: a table expression of the numbers n from 1 to 100 000.
inline std::string many_instances(const std::string& numbers, const std::string& more_columns,
                                  const std::string& more_values) {
  return "insert into instances (id, shard, orchestration, version, status, execution, parent_instance, "
         "history_format, created_at, updated_at, custom_status_version" +
         more_columns +
         ") select 'i' || (1000000 + n), 0, case when n % 2 = 0 then 'Order' when n % 1000 = 1 then 'Rare' "
         "else "
         "'Payment' end, '1.0.0', case when n % 1000 = 0 then 'failed' when n % 3 = 0 then 'running' else "
         "'completed' end, 1, case when n % 1000 = 7 then 'i1000100' end, 1, 1000 * n, 1000 * n, 0" +
         more_values + " from " + numbers +
         ";insert into labels (instance_key, name, type, text, number) "
         "select key, 'team', 'text', case when key % 500 = 0 then 'red' else 'blue' end, null from "
         "instances;"
         "insert into labels (instance_key, name, type, text, number) "
         "select key, 'amount', 'number', key || '', key from instances;"
         // Of what has ended too, as if a problem had been left behind.
         "insert into problems (instance_key, kind, since, detail) "
         "select key, case when key % 500 = 0 then 'paused' when key % 100 = 0 then 'mismatch' else "
         "'refused' end, "
         "1000 * key, 'why' from instances where key % 10 = 0;";
}

inline const std::vector<const char*>& indexed_filters() {
  static const std::vector<const char*> all{
      "id = i1050000",
      "id in (i1050000, i1050001, none)",
      "id like 'i10500%' order by id",
      "id like 'i10500%'",
      "parent = i1000100",
      "root = i1000100 order by updated",
      "orchestration = Order",
      "orchestration = Rare",
      "orchestration = Rare order by id",
      "orchestration in (Order, Payment)",
      "status = failed",
      "status = running",
      "status in (failed, running, pending)",
      "team = blue",
      "team = red",
      "team in (red, blue) and orchestration in (Order, Payment)",
      "team like 're%'",
      "team = blue and amount > 50000",
      "team = blue and orchestration = Rare and status = failed or id = i1000001",
      "amount = 77777",
      "amount > 99900",
      "amount in (1, 2, 3) order by updated",
      "created > 1970-01-02T03:45:00Z",
      "created < 1970-01-01T00:01:00Z order by updated desc",
      "problem = paused",
      "problem = refused",
      "state = stalled",
      "problem in (mismatch, paused) order by updated",
      "problem not in (refused, not_registered, cannot_load)",
      "problem is not null",
      "problem = mismatch or state = paused order by id",
      "state = paused and orchestration = Order order by updated",
      "state = active",
      "state != ended",
      "state in (active, paused) and team = blue",
      "state = not_started",
      "(status = failed or team = red) and orchestration = Order",
  };
  return all;
}

}  // namespace duroxide::persistence_tests
