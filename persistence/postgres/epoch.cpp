#include "persistence/postgres/epoch.hpp"

#include "persistence/fenced.hpp"

namespace duroxide::persistence::postgres {

// The node is locked before its writers, as in an expiry: a writer that waits for an expiry finds the node dead.
lane_position take_epoch(connection& db, std::uint64_t node, std::int32_t lane) {
  auto row = db.run("insert into writers (node, lane, epoch, commit_seq, session, session_begun) "
                    "select n.id, $2, 1, 0, a.pid, a.backend_start from nodes n, pg_stat_activity a "
                    "where n.id = $1 and n.state = 'alive' and a.pid = pg_backend_pid() for share of n "
                    "on conflict (node, lane) do update set epoch = writers.epoch + 1, "
                    "session = excluded.session, session_begun = excluded.session_begun "
                    "returning epoch, commit_seq",
                    static_cast<std::int32_t>(node), lane);
  if (!row.next()) throw_fenced(node);
  lane_position position;
  row.read("epoch", position.epoch, "commit_seq", position.commit_seq);
  return position;
}

}  // namespace duroxide::persistence::postgres
