#include "persistence/postgres/writer.hpp"

#include "persistence/fenced.hpp"
#include "persistence/postgres/failures.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

namespace duroxide::persistence::postgres {

namespace {

// A statement changes a row once. Turns that need the outcome of one another are written one by one.
bool depend_on_one_another(const commit_batch& batch) {
  std::set<std::string_view> seen;
  return std::ranges::any_of(batch.turns, [&seen](const auto& turn) {
    if (!seen.insert(turn->instance).second) return true;
    return std::ranges::any_of(
        turn->starts, [&seen](const auto& start) { return !seen.insert(start.what.instance).second; });
  });
}

}  // namespace

writer::writer(std::shared_ptr<store> in, std::uint64_t node, std::uint32_t lane)
    : store_(std::move(in)), node_(node), lane_(lane) {}

std::unique_ptr<writer> writer::open(std::shared_ptr<store> in, std::uint64_t node, std::uint32_t lane) {
  std::unique_ptr<writer> made(new writer(std::move(in), node, lane));
  made->session_ = made->store_->connect();
  made->take_epoch();
  return made;
}

// Raising the epoch waits for a commit of the epoch before that is still on its way, or makes it write
// nothing. The node is locked before its writers, as by those who bury it: whoever waits for a burial finds
// the node dead.
void writer::take_epoch() {
  auto row = session_->run(
      "insert into writers (node, lane, epoch, commit_seq, session, session_begun) "
      "select n.id, $2, 1, 0, a.pid, a.backend_start from nodes n, pg_stat_activity a "
      "where n.id = $1 and n.state = 'alive' and a.pid = pg_backend_pid() for share of n "
      "on conflict (node, lane) do update set epoch = writers.epoch + 1, session = excluded.session, "
      "session_begun = excluded.session_begun "
      "returning epoch, commit_seq",
      static_cast<std::int32_t>(node_), static_cast<std::int32_t>(lane_));
  if (!row.next()) throw_fenced(node_);
  row.into(epoch_, commit_seq_);
}

// What the last commit of the lost session came to. A number that is not ours means that it was written, or
// that the database came back without its tail (a failover to a standby that lagged behind): what this
// process has in memory is not what is stored.
void writer::resolve_doubt() {
  session_.reset();
  session_ = store_->connect();
  const std::uint64_t expected = commit_seq_;
  try {
    take_epoch();
  } catch (const store_failure& failure) {
    session_.reset();
    if (failure.error().fate != store_fate::unknown) throw;
    throw store_failure(store_fate::not_done, failure.error().kind, failure.error().message);
  }
  if (commit_seq_ == expected) return;
  throw store_failure(
      store_fate::unknown, error_kind::store_unavailable,
      "the connection was lost in the middle of a commit, and what that answered is lost. All "
      "that it was made from is read again.");
}

batch_author writer::author(bool with_fence) const {
  return {node_, lane_, with_fence ? epoch_ : 0, commit_seq_};
}

stored<batch_receipt> writer::commit(const commit_batch& batch) {
  return store_->attempt("commit", [&] {
    // A session that was lost is nothing to speak of if the next one comes through.
    std::optional<batch_answer> answer = try_commit(batch);
    if (!answer) answer = try_commit(batch);
    if (!answer)
      throw store_failure(store_fate::not_done, error_kind::store_unavailable,
                          "the connection was lost twice in a row; it is made again by itself.");
    tell(answer->wake);
    return std::move(answer->receipt);
  });
}

// Nothing if the session was lost: perhaps the batch was written. The next call will find out.
std::optional<batch_answer> writer::try_commit(const commit_batch& batch) {
  if (!session_ || !session_->is_open()) resolve_doubt();
  try {
    batch_answer answer = write(batch);
    ++commit_seq_;
    return answer;
  } catch (const store_failure& failure) {
    if (failure.error().fate != store_fate::unknown) throw;
    session_.reset();
    return std::nullopt;
  }
}

void writer::tell(const wake_list& whom) {
  store_->tell(whom);
  store_->announcements().committed();
  store_->seen().commits().ring();
}

// One statement is one transaction. A turn that the store refuses makes it write nothing; then the batch is
// written again, each turn by itself, to leave out the one that it was.
batch_answer writer::write(const commit_batch& batch) {
  if (depend_on_one_another(batch)) return write_one_by_one(batch);
  try {
    return write_at_once(batch);
  } catch (const rows_refused&) {
    return write_one_by_one(batch);
  }
}

batch_answer writer::write_at_once(const commit_batch& batch) {
  batch_writer all(store_->types(), store_->shard_count());
  for (const auto& turn : batch.turns) all.add(*turn);
  for (const auto& start : batch.starts) all.add_start(start);
  for (const auto& post : batch.posts) all.add(post);
  all.add_discarded(batch.discarded);
  for (const auto& done : batch.outcomes) all.add(done);
  for (const auto& said : batch.progress) all.add(said);
  all.add_trials(batch);
  return all.write(*session_, author(true));
}

batch_answer writer::write_one_by_one(const commit_batch& batch) {
  transaction changes(*session_);
  batch_writer(store_->types(), store_->shard_count()).write(*session_, author(true));  // the fence alone
  batch_answer answer;
  wake_list wake;
  for (const auto& turn : batch.turns) answer.receipt.turns.push_back(write_turn(*turn, wake));
  batch_answer rest = write_rest(batch);
  changes.commit();
  rest.receipt.turns = std::move(answer.receipt.turns);
  rest.wake.add(wake);
  return rest;
}

turn_receipt writer::write_turn(const turn_commit& turn, wake_list& wake) {
  session_->run_script("savepoint turn");
  try {
    batch_writer one(store_->types(), store_->shard_count());
    one.add(turn);
    batch_answer answer = one.write(*session_, author(false));
    session_->run_script("release savepoint turn");
    wake.add(answer.wake);
    return std::move(answer.receipt.turns.front());
  } catch (const rows_refused& refused) {
    session_->run_script("rollback to savepoint turn; release savepoint turn");
    turn_receipt receipt;
    receipt.outcome = refused.untrue() ? turn_outcome::stale : turn_outcome::unwritable;
    receipt.why = refused.error().message;
    return receipt;
  }
}

batch_answer writer::write_rest(const commit_batch& batch) {
  commit_batch rest = batch;
  rest.turns.clear();
  batch_writer all(store_->types(), store_->shard_count());
  for (const auto& start : rest.starts) all.add_start(start);
  for (const auto& post : rest.posts) all.add(post);
  all.add_discarded(rest.discarded);
  for (const auto& done : rest.outcomes) all.add(done);
  for (const auto& said : rest.progress) all.add(said);
  all.add_trials(rest);
  return all.write(*session_, author(false));
}

}  // namespace duroxide::persistence::postgres
