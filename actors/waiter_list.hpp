// Clients that wait for an instance to end or to change its custom status.
#pragma once

#include "duroxide/client_port.hpp"
#include "duroxide/provider.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace duroxide::internal {

class waiter_list {
public:
  using time = std::chrono::steady_clock::time_point;

  // Gives the number of the waiter.
  std::uint64_t add(wait_request what, reply<instance_status> done, time deadline);
  // Answers the waiters of this instance that `status`, or one of the keys that changed, satisfies.
  void notify(const std::string& instance, const instance_status& status,
              const std::vector<kv_change>& changed = {});
  // Answers one waiter, if it still waits and `status` satisfies it.
  void notify_one(std::uint64_t waiter, const instance_status& status);
  // Answers one waiter, if it still waits.
  void answer_one(std::uint64_t waiter, const instance_status& status);
  void fail_one(std::uint64_t waiter, error_details why);
  void fail_all(const error_details& why);
  // Hand waiters, with the time that they have left, to `next`: those of an instance, or all.
  using successor = std::function<void(wait_request, reply<instance_status>)>;
  void hand_over(const std::string& instance, time now, const successor& next);
  void hand_over_all(time now, const successor& next);
  // What each waits for, by its number.
  std::vector<std::pair<std::uint64_t, awaited_instance>> all() const;
  // Fails the waiters whose time is up with timed_out.
  void expire(time now);
  std::optional<time> next_deadline() const;
  std::vector<std::uint64_t> waiting_for(const std::string& instance) const;
  // REQUIRES: it still waits.
  const wait_request& request_of(std::uint64_t number) const { return waiters_.at(number).what; }

private:
  struct waiter {
    wait_request what;
    reply<instance_status> done;
    std::multimap<time, std::uint64_t>::iterator deadline;
  };
  using waiters = std::map<std::uint64_t, waiter>;

  reply<instance_status> remove(waiters::iterator at);
  void hand_over(waiters::iterator at, time now, const successor& next);

  waiters waiters_;
  std::unordered_multimap<std::string, std::uint64_t> by_instance_;
  std::multimap<time, std::uint64_t> deadlines_;
  std::uint64_t last_ = 0;
};

}  // namespace duroxide::internal
