#include "persistence/sqlite/kv.hpp"

#include "persistence/instance_rows.hpp"

namespace duroxide::persistence::sqlite {

void write_kv(database& db, std::uint64_t instance_key, const turn_commit& turn) {
  if (turn.kv_cleared) db.run("delete from kv where instance_key = ?", instance_key);
  for (const kv_change& each : turn.kv) {
    if (each.value) {
      db.run("insert into kv (instance_key, key, updated_at, value) values (?, ?, ?, ?) "
             "on conflict do update set updated_at = excluded.updated_at, value = excluded.value",
             instance_key, each.key, each.updated_at, payload{*each.value});
    } else {
      db.run("delete from kv where instance_key = ? and key = ?", instance_key, each.key);
    }
  }
}

std::vector<kv_entry> read_kv(database& db, const std::string& instance,
                              const std::optional<std::string>& key) {
  // Two statements, so that SQLite goes by the key where there is one.
  auto rows = key ? db.rows("select k.key, k.value, k.updated_at from instances i "
                            "join kv k on k.instance_key = i.key where i.id = ? and k.key = ?",
                            instance, *key)
                  : db.rows("select k.key, k.value, k.updated_at from instances i "
                            "join kv k on k.instance_key = i.key where i.id = ? order by k.key",
                            instance);
  return kv_entries_from(rows);
}

}  // namespace duroxide::persistence::sqlite
