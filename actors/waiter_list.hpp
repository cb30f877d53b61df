// Clients that wait for an instance to end or to change its custom status.
#pragma once

#include "duroxide/client_port.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace duroxide::internal {

class waiter_list {
public:
  using time = std::chrono::steady_clock::time_point;

  // Gives the number of the waiter.
  std::uint64_t add(wait_request what, reply<instance_status> done, time deadline);
  // Answers the waiters of this instance that `status` satisfies.
  void notify(const std::string& instance, const instance_status& status);
  // Answers one waiter, if it still waits and `status` satisfies it.
  void notify_one(std::uint64_t waiter, const instance_status& status);
  void fail_one(std::uint64_t waiter, error_details why);
  // Fails the waiters whose time is up with timed_out.
  void expire(time now);
  std::optional<time> next_deadline() const;
  std::set<std::string> instances() const;
  std::vector<std::uint64_t> waiting_for(const std::string& instance) const;

private:
  struct waiter {
    wait_request what;
    reply<instance_status> done;
    std::multimap<time, std::uint64_t>::iterator deadline;
  };
  using waiters = std::map<std::uint64_t, waiter>;

  reply<instance_status> remove(waiters::iterator at);

  waiters waiters_;
  std::unordered_multimap<std::string, std::uint64_t> by_instance_;
  std::multimap<time, std::uint64_t> deadlines_;
  std::uint64_t last_ = 0;
};

}  // namespace duroxide::internal
