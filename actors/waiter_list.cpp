#include "actors/waiter_list.hpp"

#include <algorithm>

namespace duroxide::internal {

namespace {

bool satisfies(const instance_status& status, const wait_request& what) {
  if (is_terminal(status.status)) return true;
  return what.after_custom_status && status.custom_status_version > *what.after_custom_status;
}

}  // namespace

std::uint64_t waiter_list::add(wait_request what, reply<instance_status> done, time deadline) {
  std::uint64_t number = ++last_;
  by_instance_.emplace(what.instance, number);
  waiters_.emplace(number, waiter{std::move(what), std::move(done), deadlines_.emplace(deadline, number)});
  return number;
}

reply<instance_status> waiter_list::remove(waiters::iterator at) {
  auto [first, last] = by_instance_.equal_range(at->second.what.instance);
  while (first->second != at->first) ++first;
  by_instance_.erase(first);
  deadlines_.erase(at->second.deadline);
  reply<instance_status> done = std::move(at->second.done);
  waiters_.erase(at);
  return done;
}

void waiter_list::notify(const std::string& instance, const instance_status& status,
                         const std::vector<kv_change>& changed) {
  for (std::uint64_t number : waiting_for(instance)) {
    const std::optional<std::string>& key = request_of(number).kv_key;
    bool has_key = key && std::ranges::any_of(changed, [&](const kv_change& change) {
                     return change.key == *key && change.value;
                   });
    has_key ? answer_one(number, status) : notify_one(number, status);
  }
}

void waiter_list::answer_one(std::uint64_t number, const instance_status& status) {
  if (auto at = waiters_.find(number); at != waiters_.end()) remove(at)(status);
}

std::vector<std::uint64_t> waiter_list::waiting_for(const std::string& instance) const {
  std::vector<std::uint64_t> numbers;
  auto [first, last] = by_instance_.equal_range(instance);
  for (; first != last; ++first) numbers.push_back(first->second);
  return numbers;
}

void waiter_list::notify_one(std::uint64_t number, const instance_status& status) {
  auto at = waiters_.find(number);
  if (at != waiters_.end() && satisfies(status, at->second.what)) remove(at)(status);
}

void waiter_list::fail_one(std::uint64_t number, error_details why) {
  if (auto at = waiters_.find(number); at != waiters_.end()) remove(at)(std::move(why));
}

void waiter_list::fail_all(const error_details& why) {
  while (!waiters_.empty()) remove(waiters_.begin())(why);
}

void waiter_list::hand_over(waiters::iterator at, time now, const successor& next) {
  wait_request what = at->second.what;
  what.timeout = std::max(duration(0), std::chrono::ceil<duration>(at->second.deadline->first - now));
  next(std::move(what), remove(at));
}

void waiter_list::hand_over(const std::string& instance, time now, const successor& next) {
  for (std::uint64_t number : waiting_for(instance)) hand_over(waiters_.find(number), now, next);
}

void waiter_list::hand_over_all(time now, const successor& next) {
  while (!waiters_.empty()) hand_over(waiters_.begin(), now, next);
}

void waiter_list::expire(time now) {
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
    auto at = waiters_.find(deadlines_.begin()->second);
    const wait_request& what = at->second.what;
    error_details late{error_category::application,
                       error_kind::timed_out,
                       "instance '" + what.instance + "' was not done after " +
                           std::to_string(what.timeout.count()) + " ms of waiting; it goes on",
                       {}};
    remove(at)(std::move(late));
  }
}

std::vector<std::pair<std::uint64_t, awaited_instance>> waiter_list::all() const {
  std::vector<std::pair<std::uint64_t, awaited_instance>> found;
  found.reserve(waiters_.size());
  for (const auto& [number, each] : waiters_)
    found.emplace_back(number,
                       awaited_instance{each.what.instance, each.what.after_custom_status, each.what.kv_key});
  return found;
}

std::optional<waiter_list::time> waiter_list::next_deadline() const {
  if (deadlines_.empty()) return std::nullopt;
  return deadlines_.begin()->first;
}

}  // namespace duroxide::internal
