#include "persistence/sqlite/kv.hpp"

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
  std::vector<kv_entry> found;
  const auto read = [&found](row_cursor row) {
    while (row.next()) {
      kv_entry& it = found.emplace_back();
      row.into(it.key, it.value, it.updated_at);
    }
  };
  // Two statements, so that SQLite goes by the key where there is one.
  if (key) {
    read(db.rows("select k.key, k.value, k.updated_at from instances i join kv k on k.instance_key = i.key "
                 "where i.id = ? and k.key = ?",
                 instance, *key));
  } else {
    read(db.rows("select k.key, k.value, k.updated_at from instances i join kv k on k.instance_key = i.key "
                 "where i.id = ? order by k.key",
                 instance));
  }
  return found;
}

}  // namespace duroxide::persistence::sqlite
