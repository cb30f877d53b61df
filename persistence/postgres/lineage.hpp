// Whether the server still has all that this process has seen of it.
#pragma once

#include "duroxide/detail/mutex.hpp"
#include "persistence/postgres/connection.hpp"

#include <atomic>
#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace duroxide::persistence::postgres {

// From a start of the server to its end, as the sessions in it know it.
struct server_run {
  std::uint64_t history = 0;       // another one if the server had lost something when it began
  std::atomic<bool> over = false;  // a session was in another one since
};

// 0 if nobody has asked.
inline std::uint64_t history_of(const connection& db) {
  return db.run_of_server() ? db.run_of_server()->history : 0;
}

[[noreturn]] void throw_history_lost();

// A server may come back as another one: a standby that had not heard of the last commits, or a copy of its
// files from before. Then it gives the same ids again, of transactions and rows, so that a node that goes on from
// what it has in memory passes over new rows, and takes one for another. While a server runs it loses
// nothing, so each new session asks, and nobody else: which run it is in, whether the one before is known
// there (by a mark that no other history has), whether its log went as far as it was seen, and whether all is
// there that was written by the lanes of this process, idle ones too. If not, all nodes of this process are
// of another history, and so are fenced: they join anew and read everything back. Any thread may call.
class lineage {
public:
  struct lane_of_node {
    std::uint64_t node = 0;
    std::int32_t lane = 0;
    auto operator<=>(const lane_of_node&) const = default;
  };

  // For each new session. True if the server has lost something. Throws what the connection throws.
  bool enter(connection& db);

  // These throw as for a session that was lost if another run has begun: what it brought comes too late to be
  // asked for. `log_position`: of what is on the disk, after whatever was seen had been committed.
  void saw(const connection& db, std::uint64_t log_position);
  void wrote(const connection& db, lane_of_node lane, std::uint64_t commit_seq);
  // Asks for the position, after something was read or written of which nothing else here knows.
  void look(connection& db);

  // The node is of the history that the session is in, until it has left.
  void joined(std::uint64_t node, const connection& db);
  void left(std::uint64_t node);
  // Throws store_failure: fenced if the session is in another history than the node is of.
  void require(std::uint64_t node, const connection& db);
  bool has_lost(std::uint64_t node);

private:
  struct knowledge {
    std::string mark;  // of the run; empty: nothing is known
    std::uint64_t log_position = 0;
    std::map<lane_of_node, std::uint64_t> written;  // commit_seq of each lane
    std::uint64_t changes = 0;                      // since ever
  };
  struct answer {
    std::string mark;  // empty: it is a standby
    bool goes_on = true;
  };

  static answer ask(connection& db, const knowledge& what);
  void require_present(const connection& db) const DUROXIDE_REQUIRES(mutex_);
  void begin_run(const answer& found) DUROXIDE_REQUIRES(mutex_);

  detail::mutex mutex_;
  knowledge known_ DUROXIDE_GUARDED_BY(mutex_);
  std::shared_ptr<server_run> run_ DUROXIDE_GUARDED_BY(mutex_) = std::make_shared<server_run>();
  std::map<std::uint64_t, std::uint64_t>
      nodes_ DUROXIDE_GUARDED_BY(mutex_);  // and the history that each is of
};

}  // namespace duroxide::persistence::postgres
