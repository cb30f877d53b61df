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

// REQUIRES: no turns.
bool is_empty(const commit_batch& batch) {
  return batch.starts.empty() && batch.posts.empty() && batch.discarded.empty() && batch.outcomes.empty() &&
         batch.progress.empty() && batch.trials.empty() && batch.ended_trials.empty();
}

// Batches of one row each, in the order in which one batch is written; and what is small.
std::vector<commit_batch> pieces_of(const commit_batch& batch) {
  std::vector<commit_batch> pieces;
  for (const auto& each : batch.starts) pieces.emplace_back().starts.push_back(each);
  for (const auto& each : batch.posts) pieces.emplace_back().posts.push_back(each);
  for (const auto& each : batch.outcomes) pieces.emplace_back().outcomes.push_back(each);
  for (const auto& each : batch.progress) pieces.emplace_back().progress.push_back(each);
  commit_batch& small = pieces.emplace_back();
  small.discarded = batch.discarded;
  small.trials = batch.trials;
  small.ended_trials = batch.ended_trials;
  return pieces;
}

template <class Rows> void append(Rows& to, const Rows& more) {
  to.insert(to.end(), more.begin(), more.end());
}

void add(batch_answer& to, const batch_answer& piece) {
  append(to.receipt.started, piece.receipt.started);
  append(to.receipt.posts, piece.receipt.posts);
  append(to.receipt.outcomes, piece.receipt.outcomes);
  to.wake.add(piece.wake);
}

}  // namespace

writer::writer(std::shared_ptr<store> in, std::uint64_t node, std::uint32_t lane)
    : store_(std::move(in)), node_(node), lane_(lane) {}

std::unique_ptr<writer> writer::open(std::shared_ptr<store> in, std::uint64_t node, std::uint32_t lane) {
  std::unique_ptr<writer> made(new writer(std::move(in), node, lane));
  made->session_ = made->store_->connect();
  made->at_ = take_epoch(*made->session_, node, static_cast<std::int32_t>(lane));
  return made;
}

// What the last commit of the lost session came to. A number that is not ours means that it was written, or
// that the database came back without its tail (a failover to a standby that lagged behind): what this
// process has in memory is not what is stored.
void writer::resolve_doubt() {
  session_.reset();
  session_ = store_->connect();
  const std::uint64_t expected = at_.commit_seq;
  try {
    at_ = take_epoch(*session_, node_, static_cast<std::int32_t>(lane_));
  } catch (const store_failure& failure) {
    session_.reset();
    if (failure.error().fate != store_fate::unknown) throw;
    throw store_failure(store_fate::not_done, failure.error().kind, failure.error().message);
  }
  if (at_.commit_seq == expected) return;
  throw store_failure(
      store_fate::unknown, error_kind::store_unavailable,
      "the connection was lost in the middle of a commit, and what that answered is lost. All "
      "that it was made from is read again.");
}

batch_author writer::author() const { return {node_, lane_, at_.epoch, at_.commit_seq}; }

stored<batch_receipt> writer::commit(const commit_batch& batch) {
  return store_->attempt("commit", [&] {
    written_.clear();
    woken_ = {};
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
    return write(batch);
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

// One statement is one transaction. A turn that the store refuses makes it write nothing; then each turn is
// written by itself, to leave out the one that it was.
batch_answer writer::write(const commit_batch& batch) {
  if (!written_.empty() || depend_on_one_another(batch)) return write_one_by_one(batch);
  try {
    return write_at_once(batch);
  } catch (const rows_refused&) {
    return write_one_by_one(batch);
  }
}

// Each call moves the fence, whether or not there is anything else to be written.
batch_answer writer::send(batch_writer& what) {
  batch_answer answer = what.write(*session_, author());
  ++at_.commit_seq;
  return answer;
}

batch_writer writer::encoded(const commit_batch& batch) const {
  batch_writer all(store_->types(), store_->shard_count());
  for (const auto& turn : batch.turns) all.add(*turn);
  for (const auto& start : batch.starts) all.add_start(start);
  for (const auto& post : batch.posts) all.add(post);
  all.add_discarded(batch.discarded);
  for (const auto& done : batch.outcomes) all.add(done);
  for (const auto& said : batch.progress) all.add(said);
  all.add_trials(batch);
  return all;
}

batch_answer writer::write_at_once(const commit_batch& batch) {
  batch_writer all = encoded(batch);
  return send(all);
}

// A transaction for each, since one that holds its locks over many round trips would keep others waiting if
// this process stood still. If a session is lost half-way, the next one goes on from there; if the store
// fails, the whole batch is written again later, and turns that were written are refused then, as computed
// from what is no longer true: their instances are read anew.
batch_answer writer::write_one_by_one(const commit_batch& batch) {
  while (written_.size() < batch.turns.size()) written_.push_back(write_turn(*batch.turns[written_.size()]));
  commit_batch rest = batch;
  rest.turns.clear();
  batch_answer answer;
  if (!is_empty(rest)) answer = write_rest(rest);
  answer.receipt.turns = std::move(written_);
  answer.wake.add(woken_);
  return answer;
}

turn_receipt writer::write_turn(const turn_commit& turn) {
  try {
    batch_writer one(store_->types(), store_->shard_count());
    one.add(turn);
    batch_answer answer = send(one);
    woken_.add(answer.wake);
    return std::move(answer.receipt.turns.front());
  } catch (const rows_refused& refused) {
    turn_receipt receipt;
    receipt.outcome = refused.untrue() ? turn_outcome::stale : turn_outcome::unwritable;
    receipt.why = refused.error().message;
    return receipt;
  }
}

// Together, or piece by piece if that is too much for the store at once; in one transaction, since a message
// that was written must not be written again when a later piece fails. One that is refused by itself fails
// the batch: there is no answer to it.
batch_answer writer::write_rest(const commit_batch& rest) {
  try {
    return write_at_once(rest);
  } catch (const rows_refused&) {
    transaction changes(*session_);
    batch_answer answer = encoded({}).write(*session_, author());
    for (const commit_batch& each : pieces_of(rest))
      add(answer, encoded(each).write(*session_, {node_, lane_, 0, 0}));
    changes.commit();
    ++at_.commit_seq;
    return answer;
  }
}

}  // namespace duroxide::persistence::postgres
