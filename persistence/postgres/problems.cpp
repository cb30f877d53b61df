#include "persistence/postgres/problems.hpp"

namespace duroxide::persistence::postgres {

// They are rare, and are written one by one. Nobody can give the instance to another node meanwhile, which would then
// not see the problem.
void note_problems(connection& db, const std::vector<instance_problem>& all, std::uint64_t owner) {
  for (const instance_problem& each : all)
    db.run(
        "insert into problems as p (instance_key, kind, since, detail) select i.key, $4, $5, $6 from "
        "instances i "
        "join shards s on s.shard = i.shard and s.node = $3 "
        "where i.id = $1 and $2::bigint in (0, i.key) and i.status in ('pending', 'running') for share of i "
        "on conflict (instance_key) do update set since = case when p.kind = excluded.kind then p.since else "
        "excluded.since end, kind = excluded.kind, detail = excluded.detail "
        "where p.kind <> 'paused' or excluded.kind = 'paused'",
        each.instance, each.life, static_cast<std::int32_t>(owner), to_string(each.kind), each.since,
        payload{each.detail});
}

void end_problems(connection& db, const std::vector<std::string>& instances, pauses what) {
  if (!instances.empty())
    db.run(
        "delete from problems p using instances i where i.id = any ($1::text[]) and p.instance_key = i.key "
        "and ($2 or p.kind <> 'paused')",
        instances, what == pauses::end);
}

}  // namespace duroxide::persistence::postgres
