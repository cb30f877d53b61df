#include "persistence/sqlite/epoch.hpp"

#include "duroxide/detail/ensure.hpp"
#include "persistence/fenced.hpp"

namespace duroxide::persistence::sqlite {

lane_position take_epoch(database& db, const writer_lane& lane) {
  db.run("insert into writers (node, lane, epoch, commit_seq) values (?, ?, 1, 0) "
         "on conflict (node, lane) do update set epoch = epoch + 1",
         lane.node, lane.lane);
  auto row =
      db.rows("select epoch, commit_seq from writers where node = ? and lane = ?", lane.node, lane.lane);
  detail::ensure(row.next(), "a lane that was just written can be read");
  lane_position position;
  row.read("epoch", position.epoch, "commit_seq", position.commit_seq);
  return position;
}

void pass_fence(database& db, const writer_lane& lane, const lane_position& position) {
  const int passed = db.run("update writers set commit_seq = commit_seq + 1 where node = ? and lane = ? and "
                            "epoch = ? and commit_seq = ?",
                            lane.node, lane.lane, position.epoch, position.commit_seq);
  if (passed == 0) throw_fenced(lane.node);
}

}  // namespace duroxide::persistence::sqlite
