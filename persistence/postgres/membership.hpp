// The members of the store: which of them live, and which own the shards.
#pragma once

#include "duroxide/detail/mutex.hpp"
#include "persistence/postgres/peer_death_watcher.hpp"
#include "persistence/postgres/store.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace duroxide::persistence::postgres {

// Timeouts of membership. Tests shorten them.
struct membership_limits {
  // Between two heartbeats.
  std::chrono::milliseconds between_signs = std::chrono::seconds(10);
  // Without a sign of life: it hangs.
  std::chrono::milliseconds hangs_after = std::chrono::seconds(25);
  // After which members whose sessions a server ended have them again.
  std::chrono::milliseconds return_within = std::chrono::seconds(5);
};

// The members that joined by this object, and through the store their knowledge of all others. A member lives
// as long as its session holds its advisory lock, which goes when its process dies: each watches over the
// next one by waiting for that lock (peer_death_watcher.hpp). One that hangs is known by a sign of life that does not
// change for as long as this object looks at it. So no two clocks are ever compared. A server that ends the
// sessions of all (a restart, a crash of one of its processes) ends our own too: until we have been back for
// a while, nobody is dead for want of a lock, and what was seen before does not count. Suspicion decides
// nothing but when to look: a member that is expired is fenced. Any thread may call.
class membership {
public:
  explicit membership(std::shared_ptr<store> opened, membership_limits limits = {})
      : store_(std::move(opened)), limits_(limits) {}
  membership(const membership&) = delete;
  membership& operator=(const membership&) = delete;
  // Members that have not left are dead from then on, even if their writers still exist.
  ~membership();

  // As the provider's; these throw store_failure.
  node_membership join(const node_offer& offer);
  heartbeat_result heartbeat(std::uint64_t node, const node_load& load = {});
  void release(std::uint64_t node, const std::vector<std::uint32_t>& shards);
  void leave(std::uint64_t node, const std::vector<std::uint32_t>& suspect);
  // Asks the store only if somebody may have come or gone since the last time.
  std::optional<duration> next_heartbeat_in(std::uint64_t node);

private:
  using steady = std::chrono::steady_clock;

  struct member {
    bool runs_orchestrations = true;
    bool had_company = false;             // as of `news_when_asked`
    std::uint64_t news_when_asked = 0;    // 0: nobody listened
    std::uint64_t news_at_heartbeat = 0;  // 0: nobody listened
    steady::time_point last_heartbeat_at{};
    std::map<std::uint32_t, std::uint64_t> shards{};  // that it was told of, with their tenures
    bool in_doubt = false;                            // it may own more, by an answer that was lost
    std::unique_ptr<peer_death_watcher> watch_over_next{};
  };
  struct observation {
    std::int64_t sign = 0;
    steady::time_point since;
  };
  // The members that one statement saw.
  struct census {
    std::vector<std::uint64_t> living;  // without the one that looks
    std::vector<std::uint64_t> dead;
    // Members that have a share of the shards: those of the living, and the one that looks.
    std::size_t owners = 0;
    std::size_t free_shards = 0;
  };

  member& require(std::uint64_t node) DUROXIDE_REQUIRES(mutex_);
  // `has_joined`: else others cannot see it yet, and it is not counted.
  census look(connection& db, std::uint64_t node, const node_load& load, bool has_joined)
      DUROXIDE_REQUIRES(mutex_);
  std::size_t share_of(const member& record, std::size_t owners) const;
  std::uint64_t next_id(connection& db) DUROXIDE_REQUIRES(mutex_);
  std::vector<owned_shard> read_new_shards(connection& db, std::uint64_t node, const member& record) const;
  // REQUIRES: `dead` are about to be expired.
  void end_listeners(connection& db, const std::vector<std::uint64_t>& dead) const;
  bool has_company(std::uint64_t node, member& record) DUROXIDE_REQUIRES(mutex_);
  void watch_over_next(std::uint64_t node, member& record, const census& nodes);
  void tell_all();

  const std::shared_ptr<store> store_;
  const membership_limits limits_;
  detail::mutex mutex_;
  std::uint64_t last_id_ DUROXIDE_GUARDED_BY(mutex_) = 0;  // of those that have joined by this object
  std::map<std::uint64_t, member> members_ DUROXIDE_GUARDED_BY(mutex_);
  std::map<std::uint64_t, std::int64_t>
      started_at_ DUROXIDE_GUARDED_BY(mutex_);  // of those that have not left
  std::map<std::uint64_t, observation>
      others_ DUROXIDE_GUARDED_BY(mutex_);  // their last signs of life, as this object saw them
};

}  // namespace duroxide::persistence::postgres
