#include "persistence/postgres/relocation.hpp"

namespace duroxide::persistence::postgres {

std::optional<std::uint32_t> relocate(store& opened, std::uint64_t node, const std::string& instance,
                                      const instance_needs& needs) {
  std::optional<std::uint32_t> shard;
  std::int64_t owner = 0;
  const auto db = opened.writing();
  opened.known().require(node, *db);
  auto row = db->run("select new_shard, new_owner from relocate_v9($1, $2, $3, $4, $5)",
                     static_cast<std::int32_t>(node), instance, needs.orchestration, needs.version,
                     static_cast<std::int32_t>(needs.history_format));
  if (row.next()) row.read("new_shard", shard, "new_owner", owner);
  if (shard) opened.tell({{owner}, true});
  if (shard) opened.known().look(*db);
  return shard;
}

bool is_runnable_elsewhere(store& opened, std::uint64_t node, const instance_needs& needs) {
  return opened.read([&](connection& db) {
    return db.value<bool>("select is_offered_elsewhere_v9($1, $2, $3, $4)", static_cast<std::int32_t>(node),
                          needs.orchestration, needs.version,
                          static_cast<std::int32_t>(needs.history_format));
  });
}

}  // namespace duroxide::persistence::postgres
