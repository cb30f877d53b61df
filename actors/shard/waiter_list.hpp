// Clients that wait for an instance to end or to change its custom status.
#pragma once

#include "duroxide/client_port.hpp"
#include "duroxide/provider.hpp"
#include "actors/clock.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <vector>

namespace duroxide::internal {

// The instance does not exist when somebody begins to wait for it.
error_details nothing_to_wait_for(const std::string& instance);
// The time of a wait is up. `problem`: what keeps the instance from going on; may be empty.
error_details waited_too_long(const wait_request& what, const std::string& problem = {});

// Whether the wait goes on although its instance has not been found so far.
bool waits_for_start(const wait_request& what);

// A wait is for one life of its instance: the one that is there when it begins. It ends with what it waits
// for, with its time, when it is taken back, or when that life is deleted, whether or not another one follows
// it. One that waits for a start is for the first life that a look at the store finds; until then it does not
// go by what instances in memory say, which may have been deleted before it began.
class waiter_list {
public:
  using number = std::uint64_t;

  // Gives the number of the waiter. Its time begins now. `after_life`: one that is in memory still, and has
  // ended, so that it is not meant.
  number add(wait_request what, reply<instance_status> done, std::uint64_t after_life = 0);
  // `take_back` is called, once, by the thread that takes the wait back; it leads to `taken_back`.
  void on_taking_back(number waiter, std::function<void()> take_back);
  void taken_back(number waiter);

  // From an instance in memory: how it stands, and what it has changed. Answers those whom this satisfies; who
  // waits for a start has to be looked up.
  void notify(const std::string& instance, const instance_status& status,
              const std::vector<kv_change>& changed);
  // A later look at the store found this for one waiter, and perhaps the key that it waits for: answers or
  // fails it, if that is what there is to say.
  void look_found(number waiter, const instance_status& status, bool has_key);
  // This life was in memory, and is not any more: those who wait without having looked may have meant it.
  // `had_ended`: it had ended before it came into memory.
  void left_memory(const std::string& instance, std::uint64_t life, bool had_ended = false);
  // Keeps `held` for as long as the waiter waits for a start.
  void hold_until_found(number waiter, std::shared_ptr<void> held);

  void fail_one(number waiter, error_details why);
  void fail_all(const error_details& why);
  // Fails the waiters whose time is up with timed_out, which says what keeps their instance from going on.
  void expire(steady_time now, const std::function<std::string(const std::string&)>& problem_of = {});
  // Hand waiters, with the time that they have left, to `next`: those of an instance, or all.
  using successor = std::function<void(wait_request, reply<instance_status>)>;
  void hand_over(const std::string& instance, steady_time now, const successor& next);
  void hand_over_all(steady_time now, const successor& next);

  // What each waits for, by its number: those that wait for a start, and all others.
  using waits = std::vector<std::pair<number, awaited_instance>>;
  waits for_start() const { return all_of(true); }
  waits all_others() const { return all_of(false); }
  std::optional<steady_time> next_deadline() const;
  std::vector<number> waiting_for(const std::string& instance) const;
  std::vector<number> waiting_for_start_of(const std::string& instance) const;
  // REQUIRES: it still waits.
  const wait_request& request_of(number waiter) const { return waiters_.at(waiter).what; }

private:
  struct entry {
    wait_request what;  // its life: 0 as long as nobody has looked
    reply<instance_status> done;
    std::multimap<steady_time, number>::iterator deadline;
    timestamp began{};
    std::uint64_t after_life = 0;  // that had ended by then
    std::uint64_t met_life = 0;    // that was in memory meanwhile
    bool met_after_end = false;    // and had ended before
    std::unique_ptr<std::stop_callback<std::function<void()>>> taking_back{};
    std::shared_ptr<void> held_until_found{};
  };
  using waiters = std::map<number, entry>;

  static bool is_for_another(const entry& waiter, const instance_status& status);
  void settle(waiters::iterator waiter, const instance_status& status, bool has_key);
  reply<instance_status> remove(waiters::iterator waiter);
  void hand_over(waiters::iterator waiter, steady_time now, const successor& next);
  waits all_of(bool start) const;  // those that wait for one, or all others

  waiters waiters_;
  std::unordered_multimap<std::string, number> by_instance_;
  std::multimap<steady_time, number> deadlines_;
  number last_ = 0;
};

}  // namespace duroxide::internal
