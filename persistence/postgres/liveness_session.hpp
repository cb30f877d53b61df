// The session by which others see that this process lives, and by which it hears from them.
#pragma once

#include "duroxide/detail/mutex.hpp"
#include "persistence/notifier.hpp"
#include "persistence/postgres/connection.hpp"
#include "persistence/postgres/lineage.hpp"
#include "persistence/postgres/notify_sender.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace duroxide::persistence::postgres {

// How a liveness session comes to be, and what it is heard as.
struct liveness_setup {
  notify_sender::session_maker connect;
  channels heard;
  std::string sender;           // what it says of itself, so that it does not listen to itself
  std::int32_t lock_class = 0;  // the first key of the advisory locks; a node's id is the second
};

// What a process has heard of changes in the store. Any thread may call.
class heard_changes {
public:
  // Rung when there is something for a node of this process, or may be.
  notifier& changes() noexcept { return changes_; }
  notifier& commits() noexcept { return commits_; }
  // Grows when the members may have changed.
  std::uint64_t members_news() const noexcept { return members_news_; }
  // Grows when instances that ran may have been deleted.
  std::uint64_t deletions() const noexcept { return deletions_; }

  void note_members() noexcept { ++members_news_; }
  void note_deletions() noexcept { ++deletions_; }
  // Something may have been missed: those that wait look into the store.
  void ring_all() noexcept {
    changes_.ring();
    commits_.ring();
  }

private:
  notifier changes_;
  notifier commits_;
  std::atomic<std::uint64_t> members_news_ = 1;
  std::atomic<std::uint64_t> deletions_ = 0;
};

// Holds an advisory lock for each node of this process, which goes with the session, and so with the process;
// and listens. A thread of its own makes the session anew when it is lost, takes the locks again, and rings,
// because something may have been missed. Nothing is asked for while nothing happens. A node of a history
// that the server has lost has no lock any more: its number may be somebody else's. Any thread may call.
class liveness_session {
public:
  explicit liveness_session(liveness_setup setup) : setup_(std::move(setup)) {}
  liveness_session(const liveness_session&) = delete;
  liveness_session& operator=(const liveness_session&) = delete;
  ~liveness_session();

  // Throws store_failure.
  void appear(std::uint64_t node);
  void disappear(std::uint64_t node) noexcept;
  bool has_any_of(const std::vector<std::int64_t>& nodes) const;
  // Listens from now on: `work` rings `changes`, `commits` rings `commits`. Throws store_failure.
  void listen(bool to_commits);

  // For how long the server has not ended this process's session; zero while it has none. It begins with the
  // second session: that of a process that was not there before tells nothing of the server.
  std::chrono::steady_clock::duration unbroken_for();

  heard_changes& heard() noexcept { return heard_; }
  const heard_changes& heard() const noexcept { return heard_; }
  const std::string& sender() const noexcept { return setup_.sender; }
  // As of `heard`; 0 while nobody listens, because then nobody knows.
  std::uint64_t members_news() const noexcept { return listening_ ? heard_.members_news() : 0; }
  // Of what this process knows by itself.
  void members_changed() noexcept;
  void deleted() noexcept;
  // The server has lost something: those that wait look into the store, on another session.
  void look_again() noexcept;

private:
  void begin() DUROXIDE_REQUIRES(mutex_);
  connection& session() DUROXIDE_REQUIRES(mutex_);
  std::unique_ptr<connection> new_session() DUROXIDE_REQUIRES(mutex_);
  void come_back() DUROXIDE_REQUIRES(mutex_);
  void run() DUROXIDE_EXCLUDES(mutex_);
  bool wait_for_news() DUROXIDE_EXCLUDES(mutex_);
  void hear(std::string_view text) DUROXIDE_REQUIRES(mutex_);
  void lose_session() noexcept DUROXIDE_REQUIRES(mutex_);
  bool pause() DUROXIDE_EXCLUDES(mutex_);

  const liveness_setup setup_;
  heard_changes heard_;
  std::atomic<bool> listening_ = false;

  event_fd nudge_;
  std::atomic<bool> stopping_ = false;
  mutable detail::mutex mutex_;
  std::unique_ptr<connection> session_ DUROXIDE_GUARDED_BY(mutex_);
  std::map<std::uint64_t, std::uint64_t>
      nodes_ DUROXIDE_GUARDED_BY(mutex_);  // and the history that each is of
  bool hears_commits_ DUROXIDE_GUARDED_BY(mutex_) = false;
  int failures_ DUROXIDE_GUARDED_BY(mutex_) = 0;
  bool had_session_ DUROXIDE_GUARDED_BY(mutex_) = false;
  std::optional<std::chrono::steady_clock::time_point>
      back_since_ DUROXIDE_GUARDED_BY(mutex_);      // none: it was never lost
  std::thread thread_ DUROXIDE_GUARDED_BY(mutex_);  // begun with the first need
};

}  // namespace duroxide::persistence::postgres
