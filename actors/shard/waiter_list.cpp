#include "actors/shard/waiter_list.hpp"

#include <algorithm>

namespace duroxide::internal {

namespace {

bool satisfies(const instance_status& status, const wait_request& what) {
  if (is_terminal(status.status)) return true;
  return what.after_custom_status && status.custom_status_version > *what.after_custom_status;
}

error_details gone(const std::string& instance, bool has_successor) {
  return {error_category::application,
          error_kind::instance_not_found,
          "instance '" + instance + "' was deleted while it was waited for" +
              (has_successor ? "; the one that has its id now is another one" : ""),
          {}};
}

}  // namespace

error_details nothing_to_wait_for(const std::string& instance) {
  return {error_category::application,
          error_kind::instance_not_found,
          "there is no instance '" + instance + "' to wait for; start it first",
          {}};
}

bool waits_for_start(const wait_request& what) {
  return what.life == 0 && what.if_absent == absent_instance::wait;
}

error_details waited_too_long(const wait_request& what, const std::string& problem) {
  if (waits_for_start(what))
    return {error_category::application,
            error_kind::timed_out,
            "instance '" + what.instance + "' does not exist; nobody started it in " +
                std::to_string(what.timeout.count()) + " ms of waiting",
            {}};
  return {error_category::application,
          error_kind::timed_out,
          "instance '" + what.instance + "' was not done after " + std::to_string(what.timeout.count()) +
              " ms of waiting; " + (problem.empty() ? "it goes on" : problem),
          {}};
}

waiter_list::number waiter_list::add(wait_request what, reply<instance_status> done,
                                     std::uint64_t after_life) {
  const number added = ++last_;
  by_instance_.emplace(what.instance, added);
  auto deadline = deadlines_.emplace(steady_in(what.timeout), added);
  waiters_.emplace(added, entry{std::move(what), std::move(done), deadline, wall_clock_now(), after_life});
  return added;
}

void waiter_list::on_taking_back(number waiter, std::function<void()> take_back) {
  auto known = waiters_.find(waiter);
  if (known == waiters_.end() || !known->second.what.taken_back.stop_possible()) return;
  known->second.taking_back = std::make_unique<std::stop_callback<std::function<void()>>>(
      known->second.what.taken_back, std::move(take_back));
}

void waiter_list::taken_back(number waiter) {
  auto known = waiters_.find(waiter);
  if (known == waiters_.end()) return;
  const wait_request& what = known->second.what;
  error_details why{error_category::application,
                    error_kind::cancelled,
                    "the wait for instance '" + what.instance + "' was taken back" +
                        (waits_for_start(what) ? "" : "; the instance goes on"),
                    {}};
  remove(known)(std::move(why));
}

reply<instance_status> waiter_list::remove(waiters::iterator waiter) {
  auto [first, last] = by_instance_.equal_range(waiter->second.what.instance);
  while (first->second != waiter->first) ++first;
  by_instance_.erase(first);
  deadlines_.erase(waiter->second.deadline);
  reply<instance_status> done = std::move(waiter->second.done);
  waiters_.erase(waiter);
  return done;
}

// A waiter whose life is not known yet means the life that was in memory when it came. That life may have been deleted
// by then, unknown to its actor, and the waiter may have meant its successor, if that existed already. In doubt the
// waiter is told that the instance was deleted, which is better than the answer of another one. Where the life in
// memory had ended before, it is the other way round: a client that replaced it, and waits in the same millisecond,
// means the instance that it started.
bool waiter_list::is_for_another(const entry& waiter, const instance_status& status) {
  if (waiter.what.life != 0) return waiter.what.life != status.life;
  if (waiter.met_life == 0 || waiter.met_life == status.life) return false;
  return waiter.met_after_end ? status.created_at > waiter.began : status.created_at >= waiter.began;
}

void waiter_list::settle(waiters::iterator waiter, const instance_status& status, bool has_key) {
  entry& waiting = waiter->second;
  if (status.status == runtime_status::not_found && waits_for_start(waiting.what)) return;
  if (status.status == runtime_status::not_found || is_for_another(waiting, status)) {
    const bool was_there = waiting.what.life != 0 || waiting.met_life != 0;
    error_details why = was_there ? gone(waiting.what.instance, status.life != 0)
                                  : nothing_to_wait_for(waiting.what.instance);
    return remove(waiter)(std::move(why));
  }
  waiting.what.life = status.life;
  waiting.held_until_found.reset();
  if (has_key || satisfies(status, waiting.what)) remove(waiter)(status);
}

void waiter_list::notify(const std::string& instance, const instance_status& status,
                         const std::vector<kv_change>& changed) {
  for (number each : waiting_for(instance)) {
    auto known = waiters_.find(each);
    const wait_request& what = known->second.what;
    // What an earlier life says comes too late.
    if (what.life > status.life || waits_for_start(what)) continue;
    const bool has_key = what.kv_key && std::ranges::any_of(changed, [&](const kv_change& change) {
                           return change.key == *what.kv_key && change.value;
                         });
    settle(known, status, has_key);
  }
}

void waiter_list::look_found(number waiter, const instance_status& status, bool has_key) {
  if (auto known = waiters_.find(waiter); known != waiters_.end()) settle(known, status, has_key);
}

void waiter_list::left_memory(const std::string& instance, std::uint64_t life, bool had_ended) {
  if (life == 0) return;
  for (number each : waiting_for(instance))
    if (entry& waiting = waiters_.at(each); waiting.after_life != life && !waits_for_start(waiting.what)) {
      waiting.met_after_end = had_ended && waiting.met_life != life;
      waiting.met_life = life;
    }
}

void waiter_list::hold_until_found(number waiter, std::shared_ptr<void> held) {
  auto known = waiters_.find(waiter);
  if (known != waiters_.end() && waits_for_start(known->second.what))
    known->second.held_until_found = std::move(held);
}

std::vector<waiter_list::number> waiter_list::waiting_for(const std::string& instance) const {
  std::vector<number> numbers;
  auto [first, last] = by_instance_.equal_range(instance);
  for (; first != last; ++first) numbers.push_back(first->second);
  return numbers;
}

std::vector<waiter_list::number> waiter_list::waiting_for_start_of(const std::string& instance) const {
  std::vector<number> numbers = waiting_for(instance);
  std::erase_if(numbers, [this](number each) { return !waits_for_start(waiters_.at(each).what); });
  return numbers;
}

void waiter_list::fail_one(number waiter, error_details why) {
  if (auto known = waiters_.find(waiter); known != waiters_.end()) remove(known)(std::move(why));
}

void waiter_list::fail_all(const error_details& why) {
  while (!waiters_.empty()) remove(waiters_.begin())(why);
}

// Who comes next knows only what it is told.
void waiter_list::hand_over(waiters::iterator waiter, steady_time now, const successor& next) {
  wait_request what = waiter->second.what;
  what.timeout = std::max(duration(0), std::chrono::ceil<duration>(waiter->second.deadline->first - now));
  if (what.life == 0 && !waiter->second.met_after_end) what.life = waiter->second.met_life;
  next(std::move(what), remove(waiter));
}

void waiter_list::hand_over(const std::string& instance, steady_time now, const successor& next) {
  for (number waiter : waiting_for(instance)) hand_over(waiters_.find(waiter), now, next);
}

void waiter_list::hand_over_all(steady_time now, const successor& next) {
  while (!waiters_.empty()) hand_over(waiters_.begin(), now, next);
}

void waiter_list::expire(steady_time now, const std::function<std::string(const std::string&)>& problem_of) {
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
    auto known = waiters_.find(deadlines_.begin()->second);
    const wait_request& what = known->second.what;
    error_details late = waited_too_long(what, problem_of ? problem_of(what.instance) : std::string());
    remove(known)(std::move(late));
  }
}

waiter_list::waits waiter_list::all_of(bool start) const {
  waits found;
  for (const auto& [waiter, each] : waiters_)
    if (waits_for_start(each.what) == start)
      found.emplace_back(waiter, awaited_instance{each.what.instance, each.what.life,
                                                  each.what.after_custom_status, each.what.kv_key});
  return found;
}

std::optional<steady_time> waiter_list::next_deadline() const {
  if (deadlines_.empty()) return std::nullopt;
  return deadlines_.begin()->first;
}

}  // namespace duroxide::internal
