// Where each activity is that this node has.
#pragma once

#include "duroxide/provider.hpp"
#include "actors/activity/work_queue.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <vector>

namespace duroxide::internal {

// An activity is this node's own, or *claimed*: its outcome then goes by way of the pool, which claims no more
// than it can run, and because the instance may be another node's. It is in one place:
//
//   place            own   claimed
//   ---------------  ----  --------  -------------------------------------------------
//   on_worker        yes   yes       in the queue of the workers, or run by one
//   stopping         yes   yes       the same, but it was cancelled, and does not stop
//   asynchronous     yes   yes       its handler has been called, and completes it later
//   awaits_place     yes   yes       as many asynchronous ones run as may
//   awaits_session   no    yes       behind another one of its session
//   awaits_handler   yes   yes       nobody here can run it
//
// What workers have is in their queue, which any thread may change, so that an own activity costs no message
// to the pool. For the rest this is used by the pool alone. The queue must outlive this.
class activity_table {
public:
  enum class place : std::uint8_t {
    nowhere,
    on_worker,
    stopping,
    asynchronous,
    awaits_place,
    awaits_session,
    awaits_handler,
  };

  explicit activity_table(work_queue& queue) : queue_(queue) {}

  place find(const activity_key& key) const;
  bool is_claimed(const activity_key& key) const;

  // -- what is claimed --------------------------------------------------------
  // False if it is claimed already. It awaits its session, or goes elsewhere next.
  bool claim(const stored_activity& activity);
  // What is here is claimed from now on, its own shard having been given up.
  void claim_present(const activity_key& key);
  // Everything that concerns these instances; what awaits a handler is the next owner's business instead.
  void claim_present(const std::function<bool(const activity_key&)>& concerns);
  std::size_t claimed() const noexcept { return claimed_; }
  std::size_t claimed_on_workers() const noexcept { return claimed_on_workers_; }
  std::size_t claimed_bytes() const noexcept { return claimed_bytes_; }  // of their inputs
  std::vector<activity_key> claimed_keys() const;

  // -- where it goes ----------------------------------------------------------
  void put_on_worker(work item);
  // Gives what asks it to stop.
  std::stop_source run_asynchronously(const activity_key& key);
  void await_place(const activity_key& key);
  void end_waiting_for_place(const activity_key& key);
  void await_handler(const activity_key& key);
  // False if it awaits none any more.
  bool end_waiting_for_handler(const activity_key& key);

  // Asks what runs to stop, and forgets what does not run. Gives where it was, `stopping` if a worker has it.
  place cancel(const activity_key& key);
  // An asynchronous one has ended. If it was claimed, it stays so until its outcome is passed on.
  void end_asynchronous(const activity_key& key);
  // A claimed one has ended, and its outcome is passed on. Gives its session; nothing if it is not claimed.
  struct ended_claim {
    std::optional<std::string> session;
  };
  std::optional<ended_claim> end_claim(const activity_key& key);

  bool runs_asynchronously() const noexcept { return asynchronous_ > 0; }
  void stop_asynchronous();

private:
  struct claim_facts {
    std::optional<std::string> session;
    bool on_worker = false;
    std::size_t bytes = 0;  // of its input
  };
  struct entry {
    place where = place::nowhere;                  // or on a worker
    std::stop_source cancelled{std::nostopstate};  // asynchronous
    std::optional<claim_facts> claim;
  };
  using entries = std::unordered_map<activity_key, entry, activity_key_hash>;

  void count_on_worker(claim_facts& claim);
  void leave(entry& from);
  void forget_if_empty(entries::iterator found);

  work_queue& queue_;
  entries entries_;
  std::size_t claimed_ = 0;
  std::size_t claimed_on_workers_ = 0;
  std::size_t claimed_bytes_ = 0;
  std::size_t asynchronous_ = 0;
};

}  // namespace duroxide::internal
