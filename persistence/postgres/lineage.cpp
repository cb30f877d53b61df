#include "persistence/postgres/lineage.hpp"

#include "persistence/store_failure.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace duroxide::persistence::postgres {

namespace {

[[noreturn]] void throw_too_late() {
  throw store_failure(commit_certainty::unknown, error_kind::store_unavailable,
                      "PostgreSQL has been started again, or another server answers; the connection is made "
                      "again by itself.");
}

// Its sessions are not kept: it may be promoted while they last.
std::shared_ptr<const server_run> of_a_standby(std::uint64_t history) {
  auto none = std::make_shared<server_run>();
  none->history = history;
  none->over = true;
  return none;
}

}  // namespace

void throw_history_lost() {
  throw store_failure(
      commit_certainty::fenced, error_kind::store_unavailable,
      "the server came back without commits that it had before: after a failover to a standby "
      "that lagged behind, or on an older copy of its files. Everything is read again.");
}

lineage::answer lineage::ask(connection& db, const knowledge& what) {
  std::vector<std::uint64_t> nodes;
  std::vector<std::int64_t> lanes;
  std::vector<std::uint64_t> written;
  for (const auto& [lane, commit_seq] : what.written) {
    nodes.push_back(lane.node);
    lanes.push_back(lane.lane);
    written.push_back(commit_seq);
  }
  auto row = db.run("select run, goes_on from enter_run_v9($1, $2, $3, $4, $5)", what.mark, what.log_position,
                    nodes, lanes, written);
  answer found;
  if (row.next()) row.read("run", found.mark, "goes_on", found.goes_on);
  return found;
}

// Nobody is kept waiting while a server is asked. So what is known may change meanwhile, by sessions of the
// run before: then it is asked for as well, unless something is missing anyway.
bool lineage::enter(connection& db) {
  for (;;) {
    knowledge before;
    {
      const detail::lock_guard lock(mutex_);
      before = known_;
    }
    const answer found = ask(db, before);
    const detail::lock_guard lock(mutex_);
    if (found.mark.empty()) {
      db.is_in(of_a_standby(run_->history));
      return false;
    }
    if (found.goes_on && found.mark == known_.mark) {
      db.is_in(run_);
      return false;
    }
    const bool is_current = found.goes_on ? before.changes == known_.changes : before.mark == known_.mark;
    if (!is_current) continue;
    begin_run(found);
    db.is_in(run_);
    return !found.goes_on;
  }
}

void lineage::begin_run(const answer& found) {
  auto next = std::make_shared<server_run>();
  next->history = run_->history + (found.goes_on ? 0 : 1);
  run_->over = true;
  run_ = std::move(next);
  if (!found.goes_on) known_ = {{}, 0, {}, known_.changes};
  known_.mark = found.mark;
  ++known_.changes;
}

void lineage::require_present(const connection& db) const {
  if (db.run_of_server() && db.run_of_server() != run_) throw_too_late();
}

void lineage::saw(const connection& db, std::uint64_t log_position) {
  const detail::lock_guard lock(mutex_);
  require_present(db);
  if (log_position <= known_.log_position) return;
  known_.log_position = log_position;
  ++known_.changes;
}

void lineage::wrote(const connection& db, lane_of_node lane, std::uint64_t commit_seq) {
  const detail::lock_guard lock(mutex_);
  require_present(db);
  known_.written[lane] = commit_seq;
  ++known_.changes;
}

void lineage::look(connection& db) {
  saw(db, db.value<std::uint64_t>("select pg_current_wal_flush_lsn() - '0/0'::pg_lsn"));
}

void lineage::joined(std::uint64_t node, const connection& db) {
  const detail::lock_guard lock(mutex_);
  require_present(db);
  nodes_[node] = history_of(db);
}

void lineage::left(std::uint64_t node) {
  const detail::lock_guard lock(mutex_);
  nodes_.erase(node);
  std::erase_if(known_.written, [&](const auto& each) { return each.first.node == node; });
}

void lineage::require(std::uint64_t node, const connection& db) {
  const detail::lock_guard lock(mutex_);
  require_present(db);
  const auto found = nodes_.find(node);
  if (found != nodes_.end() && found->second != history_of(db)) throw_history_lost();
}

bool lineage::has_lost(std::uint64_t node) {
  const detail::lock_guard lock(mutex_);
  const auto found = nodes_.find(node);
  return found != nodes_.end() && found->second != run_->history;
}

}  // namespace duroxide::persistence::postgres
