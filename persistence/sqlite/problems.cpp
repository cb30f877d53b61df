#include "persistence/sqlite/problems.hpp"

namespace duroxide::persistence::sqlite {

void note_problem(database& db, const instance_problem& what, std::uint64_t owner) {
  db.run("insert into problems (instance_key, kind, since, detail) select i.key, ?4, ?5, ?6 from instances i "
         "join shards s on s.shard = i.shard and s.node = ?3 "
         "where i.id = ?1 and ?2 in (0, i.key) and i.status in ('pending', 'running') "
         "on conflict (instance_key) do update set since = iif(kind = excluded.kind, since, excluded.since), "
         "kind = excluded.kind, detail = excluded.detail where kind <> 'paused' or excluded.kind = 'paused'",
         what.instance, what.life, owner, to_string(what.kind), what.since, payload{what.detail});
}

void end_problem(database& db, std::uint64_t instance_key) {
  db.run("delete from problems where instance_key = ?", instance_key);
}

void end_problem(database& db, const std::string& instance) {
  db.run("delete from problems where instance_key = (select key from instances where id = ?) and kind <> "
         "'paused'",
         instance);
}

}  // namespace duroxide::persistence::sqlite
