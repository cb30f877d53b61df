#include "persistence/sqlite/writer.hpp"

#include "persistence/sqlite/claims.hpp"
#include "persistence/sqlite/crash_probation.hpp"
#include "persistence/sqlite/failures.hpp"
#include "persistence/sqlite/problems.hpp"
#include "persistence/sqlite/require_member.hpp"
#include "persistence/sqlite/transaction.hpp"
#include "persistence/sqlite/turn_writer.hpp"

namespace duroxide::persistence::sqlite {

writer::writer(std::shared_ptr<store> opened, writer_lane lane)
    : store_(std::move(opened)), lane_(lane), context_{store_->shard_count(), lane.node} {}

std::unique_ptr<writer> writer::open(std::shared_ptr<store> opened, writer_lane lane) {
  std::unique_ptr<writer> made(new writer(std::move(opened), lane));
  const auto db = made->store_->writing();
  transaction changes(*db, access::write);
  require_member(*db, lane.node);
  made->position_ = take_epoch(*db, lane);
  changes.commit();
  return made;
}

stored<batch_receipt> writer::commit(const commit_batch& batch) {
  return store_->attempt("commit", [&] {
    batch_receipt receipt = commit_on(*store_->writing(), batch);
    if (for_others_) store_->changes().ring();
    store_->commits().ring();
    return receipt;
  });
}

// A savepoint per turn costs more than the turn itself, and a turn is hardly ever refused after its first
// write. So turns, and all else, are written without, and in that rare case the whole batch is written again
// with them.
batch_receipt writer::commit_on(database& db, const commit_batch& batch) {
  auto receipt = try_commit(db, batch, isolation::none);
  if (!receipt) receipt = try_commit(db, batch, isolation::savepoints);
  return std::move(*receipt);
}

std::optional<batch_receipt> writer::try_commit(database& db, const commit_batch& batch, isolation mode) {
  transaction changes(db, access::write);
  pass_fence(db, lane_, position_);
  for_others_ = false;
  batch_receipt receipt;
  try {
    receipt.turns.reserve(batch.turns.size());
    for (const auto& turn : batch.turns) {
      auto written = write_turn(db, *turn, mode);
      if (!written) return std::nullopt;
      receipt.turns.push_back(std::move(*written));
    }
    write_rest(db, batch, mode, receipt);
  } catch (const rows_refused&) {
    if (mode == isolation::none) return std::nullopt;
    throw;
  }
  changes.commit();
  ++position_.commit_seq;
  return receipt;
}

void writer::write_rest(database& db, const commit_batch& batch, isolation mode, batch_receipt& receipt) {
  for (const instance_start& start : batch.starts) {
    bool started = false;
    receipt.refused_starts.push_back(
        write_one(db, mode, [&] { started = start_instance(db, context_, start, 0).has_value(); }));
    receipt.started.push_back(started);
    for_others_ |= started;
  }
  for (const auto& post : batch.posts) {
    post_receipt& posted = receipt.posts.emplace_back();
    std::string why = write_one(db, mode, [&] { posted = post_from_client(db, context_, post); });
    if (!why.empty()) posted = {post_outcome::unwritable, 0, std::move(why)};
    for_others_ |= post.delivered_under == 0;
  }
  for (const std::uint64_t id : batch.discarded) db.run("delete from inbox where id = ?", id);
  for (const auto& done : batch.outcomes) {
    std::uint64_t& accepted = receipt.outcomes.emplace_back();
    write_one(db, mode, [&] { accepted = accept_outcome(db, context_, done); });
    for_others_ |= accepted != 0;
  }
  for (const auto& progress : batch.progress)
    write_one(db, mode, [&] { note_progress(db, context_, progress); });
  for (const std::string& instance : batch.probations) begin_probation(db, instance, lane_.node);
  for (const std::string& instance : batch.ended_probations) end_probation(db, instance);
  for (const std::string& instance : batch.ended_problems) end_problem(db, instance);
  for (const instance_problem& problem : batch.problems) note_problem(db, problem, lane_.node);
}

// Why the store cannot take it; empty: it was written.
template <class Write> std::string writer::write_one(database& db, isolation mode, Write write) {
  if (mode == isolation::none) {
    write();
    return {};
  }
  db.run("savepoint one");
  std::string why;
  try {
    write();
  } catch (const rows_refused& refused) {
    why = refused.error().message;
    db.run("rollback to one");
  }
  db.run("release one");
  return why;
}

std::optional<turn_receipt> writer::write_turn(database& db, const turn_commit& turn, isolation mode) {
  turn_writer writing(db, context_);
  if (mode == isolation::savepoints) db.run("savepoint turn");
  turn_receipt receipt;
  try {
    receipt = writing.write(turn);
  } catch (const rows_refused& refused) {
    if (mode == isolation::none) throw;
    receipt.outcome = turn_outcome::unwritable;
    receipt.why = refused.error().message;
  }
  for_others_ |= writing.for_others();
  const bool undo = receipt.outcome != turn_outcome::committed && writing.left_traces();
  if (mode == isolation::savepoints) {
    if (undo) db.run("rollback to turn");
    db.run("release turn");
  } else if (undo) {
    return std::nullopt;
  }
  return receipt;
}

}  // namespace duroxide::persistence::sqlite
