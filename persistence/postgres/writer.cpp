#include "persistence/postgres/writer.hpp"

#include "persistence/fenced.hpp"
#include "persistence/postgres/actors.hpp"
#include "persistence/postgres/failures.hpp"
#include "persistence/postgres/problems.hpp"

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
         batch.progress.empty() && batch.probations.empty() && batch.ended_probations.empty() &&
         batch.problems.empty() && batch.ended_problems.empty();
}

// Leaves nothing behind, and the transaction usable, if the rows are refused.
template <class Write> auto in_savepoint(connection& db, Write write) {
  db.run_script("savepoint one");
  try {
    auto answer = write();
    db.run_script("release savepoint one");
    return answer;
  } catch (const rows_refused&) {
    db.run_script("rollback to savepoint one; release savepoint one");
    throw;
  }
}

}  // namespace

writer::writer(std::shared_ptr<store> opened, std::uint64_t node, std::uint32_t lane)
    : store_(std::move(opened)), node_(node), lane_(lane) {}

std::unique_ptr<writer> writer::open(std::shared_ptr<store> opened, std::uint64_t node, std::uint32_t lane) {
  std::unique_ptr<writer> made(new writer(std::move(opened), node, lane));
  made->session_ = made->store_->connect();
  made->store_->known().require(node, *made->session_);
  made->history_ = history_of(*made->session_);
  made->position_ = take_epoch(*made->session_, node, static_cast<std::int32_t>(lane));
  made->store_->known().wrote(*made->session_, {node, static_cast<std::int32_t>(lane)},
                              made->position_.commit_seq);
  return made;
}

// What the last commit of the lost session came to. A number that is not ours means that it was written, or
// that the database came back without its tail (a failover to a standby that lagged behind): what this
// process has in memory is not what is stored.
void writer::resolve_doubt() {
  session_.reset();
  session_ = store_->connect();
  if (history_of(*session_) != history_) {
    session_.reset();
    throw_history_lost();
  }
  const std::uint64_t expected = position_.commit_seq;
  try {
    position_ = take_epoch(*session_, node_, static_cast<std::int32_t>(lane_));
  } catch (const store_failure& failure) {
    session_.reset();
    if (failure.error().certainty != commit_certainty::unknown) throw;
    throw store_failure(commit_certainty::not_done, failure.error().kind, failure.error().message);
  }
  if (position_.commit_seq == expected) return;
  throw store_failure(
      commit_certainty::unknown, error_kind::store_unavailable,
      "the connection was lost in the middle of a commit, and what that answered is lost. All "
      "that it was made from is read again.");
}

batch_author writer::author() const { return {node_, lane_, position_.epoch, position_.commit_seq}; }

stored<batch_receipt> writer::commit(const commit_batch& batch) {
  return store_->attempt("commit", [&] {
    written_.clear();
    woken_ = {};
    // A session that was lost is nothing to speak of if the next one comes through.
    std::optional<batch_answer> answer = try_commit(batch);
    if (!answer) answer = try_commit(batch);
    if (!answer)
      throw store_failure(commit_certainty::not_done, error_kind::store_unavailable,
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
    if (failure.error().certainty != commit_certainty::unknown) throw;
    session_.reset();
    return std::nullopt;
  }
}

void writer::tell(const wake_list& woken) {
  store_->tell(woken);
  if (woken.deleted) return store_->tell_of_deletion(true);
  store_->notifications().committed();
  store_->seen().heard().commits().ring();
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

// Each call moves the fence, whether or not there is anything else to be written. Problems are written behind the
// rest, with statements of their own, in one transaction with it.
batch_answer writer::send(batch_writer& what, const problem_changes& problems) {
  if (problems.empty()) {
    batch_answer answer = what.write(*session_, author());
    moved();
    return answer;
  }
  transaction changes(*session_);
  batch_answer answer = what.write(*session_, author());
  end_problems(*session_, problems.ended_by_turns, pauses::end);
  end_problems(*session_, problems.ended, pauses::stay);
  note_problems(*session_, problems.noted, node_);
  changes.commit();
  moved();
  return answer;
}

// If the server has been started again since it answered, nobody has looked whether this was kept: then it is
// in doubt, as if there had been no answer.
void writer::moved() {
  store_->known().wrote(*session_, {node_, static_cast<std::int32_t>(lane_)}, position_.commit_seq + 1);
  ++position_.commit_seq;
}

batch_writer writer::encoded(const commit_batch& batch) const {
  batch_writer all(store_->types(), store_->shard_count(), store_->history_format());
  for (const auto& turn : batch.turns) all.add(*turn);
  for (const auto& start : batch.starts) all.add_start(start);
  for (const auto& post : batch.posts) all.add(post);
  all.add_discarded(batch.discarded);
  for (const auto& done : batch.outcomes) all.add(done);
  for (const auto& progress : batch.progress) all.add(progress);
  all.add_probations(batch);
  return all;
}

batch_answer writer::write_at_once(const commit_batch& batch) {
  batch_writer all = encoded(batch);
  problem_changes problems{batch.problems, batch.ended_problems};
  for (const auto& turn : batch.turns) problems.add(*turn);
  return send(all, problems);
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
    batch_writer one(store_->types(), store_->shard_count(), store_->history_format());
    one.add(turn);
    problem_changes problems;
    problems.add(turn);
    batch_answer answer = send(one, problems);
    woken_.add(answer.wake);
    return std::move(answer.receipt.turns.front());
  } catch (const command_repeated&) {
    std::vector<std::string> ids;
    for (const kept_answer& each : turn.actor->answers) ids.push_back(each.command_id);
    turn_receipt receipt;
    receipt.outcome = turn_outcome::repeated;
    receipt.repeated = read_answers(*session_, turn.instance, ids);
    return receipt;
  } catch (const rows_refused& refused) {
    turn_receipt receipt;
    receipt.outcome = refused.untrue() ? turn_outcome::stale : turn_outcome::unwritable;
    receipt.why = refused.error().message;
    return receipt;
  }
}

template <class Add> batch_receipt writer::write_one(Add add, wake_list& wake) {
  batch_answer answer = in_savepoint(*session_, [&] {
    batch_writer one(store_->types(), store_->shard_count(), store_->history_format());
    add(one);
    return one.write(*session_, {node_, lane_, 0, 0});
  });
  wake.add(answer.wake);
  return std::move(answer.receipt);
}

// Together, or piece by piece if something of it is refused; in one transaction, since a message that was
// written must not be written again when a later piece fails.
batch_answer writer::write_rest(const commit_batch& rest) {
  try {
    return write_at_once(rest);
  } catch (const rows_refused&) {
    transaction changes(*session_);
    encoded({}).write(*session_, author());  // the fence alone
    batch_answer answer = write_rest_one_by_one(rest);
    end_problems(*session_, rest.ended_problems, pauses::stay);
    note_problems(*session_, rest.problems, node_);
    changes.commit();
    moved();
    return answer;
  }
}

// What is refused is left out.
batch_answer writer::write_rest_one_by_one(const commit_batch& rest) {
  batch_answer answer;
  batch_receipt& all = answer.receipt;
  const auto refusal_of = [&](auto add, auto take) -> std::string {
    try {
      take(write_one(add, answer.wake));
      return {};
    } catch (const rows_refused& refused) {
      return refused.error().message;
    }
  };
  for (const auto& start : rest.starts) {
    bool started = false;
    all.refused_starts.push_back(
        refusal_of([&](batch_writer& one) { one.add_start(start); },
                   [&](const batch_receipt& written) { started = written.started.front(); }));
    all.started.push_back(started);
  }
  for (const auto& post : rest.posts) {
    post_receipt& posted = all.posts.emplace_back();
    std::string why = refusal_of([&](batch_writer& one) { one.add(post); },
                                 [&](const batch_receipt& written) { posted = written.posts.front(); });
    if (!why.empty()) posted = {post_outcome::unwritable, 0, std::move(why)};
  }
  for (const auto& done : rest.outcomes) {
    std::uint64_t& accepted = all.outcomes.emplace_back();
    refusal_of([&](batch_writer& one) { one.add(done); },
               [&](const batch_receipt& written) { accepted = written.outcomes.front(); });
  }
  for (const auto& progress : rest.progress)
    refusal_of([&](batch_writer& one) { one.add(progress); }, [](const batch_receipt&) {});
  write_one(
      [&](batch_writer& notes) {
        notes.add_discarded(rest.discarded);
        notes.add_probations(rest);
      },
      answer.wake);
  return answer;
}

}  // namespace duroxide::persistence::postgres
