#include "persistence/postgres/rehoming.hpp"

namespace duroxide::persistence::postgres {

namespace {

// A shard of another living node that offers what is needed: any of them, so that many instances spread. No
// version has an @ in it.
row_cursor shard_for(connection& on, std::uint64_t node, const instance_needs& needs) {
  return on.run("select s.shard, n.id from nodes n join shards s on s.node = n.id "
                "where n.state = 'alive' and n.runs_orchestrations and n.id <> $1 "
                "and $4 = any (n.history_formats) and exists (select 1 from unnest(n.orchestrations) o "
                "where o = $2 || '@' || $3 or ($3 = '' and starts_with(o, $2 || '@') "
                "and strpos(substr(o, length($2) + 2), '@') = 0)) order by random() limit 1",
                static_cast<std::int32_t>(node), needs.orchestration, needs.version,
                static_cast<std::int32_t>(needs.history_format));
}

}  // namespace

// The owner's tenure of the new shard has nothing to do with that of the old one, and what the owner has
// looked through does not hold these messages: they come as if they had been written now.
std::optional<std::uint32_t> rehome(store& in, std::uint64_t node, const std::string& instance,
                                    const instance_needs& needs) {
  std::uint32_t shard = 0;
  std::int64_t owner = 0;
  {
    const auto on = in.writing();
    transaction changes(*on);
    if (!on->value<bool>("select exists (select 1 from instances i join shards s on s.shard = i.shard "
                         "where i.id = $1 and s.node = $2 for update of i)",
                         instance, static_cast<std::int32_t>(node)))
      return std::nullopt;
    auto row = shard_for(*on, node, needs);
    if (!row.next()) return std::nullopt;
    row.into(shard, owner);
    on->run("update instances set shard = $2 where id = $1", instance, static_cast<std::int32_t>(shard));
    on->run("update inbox set shard = $2, delivered_under = null, written_by = pg_current_xact_id() "
            "where instance = $1",
            instance, static_cast<std::int32_t>(shard));
    on->run("update activities set shard = $2, shared = true where instance = $1", instance,
            static_cast<std::int32_t>(shard));
    changes.commit();
  }
  in.tell({{owner}, true});
  return shard;
}

bool is_runnable_elsewhere(store& in, std::uint64_t node, const instance_needs& needs) {
  return in.read([&](connection& on) { return shard_for(on, node, needs).next(); });
}

}  // namespace duroxide::persistence::postgres
