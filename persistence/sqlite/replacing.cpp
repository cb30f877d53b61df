#include "persistence/sqlite/replacing.hpp"

#include <cstdint>
#include <vector>

namespace duroxide::persistence::sqlite {

std::uint64_t delete_ended(database& db, const std::string& instance) {
  const auto last = db.value<std::uint64_t>("select execution from instances where id = ?", instance);
  std::vector<std::uint64_t> keys;
  {
    auto row = db.rows("with recursive family (key, id, ended) as ("
                       "select key, id, status not in ('pending', 'running') from instances where id = ? "
                       "union select i.key, i.id, i.status not in ('pending', 'running') "
                       "from family f join instances i on i.parent_instance = f.id) "
                       "select key, ended from family",
                       instance);
    while (row.next()) {
      bool ended = false;
      row.read("key", keys.emplace_back(), "ended", ended);
      if (!ended) return 0;
    }
  }
  // There is nothing of theirs in the inbox or among the activities: it went when they ended.
  for (const std::uint64_t key : keys) {
    db.run("delete from history where instance_key = ?", key);
    db.run("delete from kv where instance_key = ?", key);
    db.run("delete from labels where instance_key = ?", key);
    db.run("delete from actor_states where instance_key = ?", key);
    db.run("delete from executions where instance_key = ?", key);
    db.run("delete from trials where instance = (select id from instances where key = ?)", key);
    db.run("delete from instances where key = ?", key);
  }
  return last;
}

}  // namespace duroxide::persistence::sqlite
