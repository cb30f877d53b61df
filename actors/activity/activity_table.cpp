#include "actors/activity/activity_table.hpp"

#include "duroxide/detail/ensure.hpp"

#include <utility>

namespace duroxide::internal {

activity_table::place activity_table::find(const activity_key& key) const {
  switch (queue_.find(key)) {
  case work_queue::presence::present: return place::on_worker;
  case work_queue::presence::cancelled: return place::stopping;
  case work_queue::presence::none: break;
  }
  const auto known = entries_.find(key);
  return known == entries_.end() ? place::nowhere : known->second.where;
}

bool activity_table::is_claimed(const activity_key& key) const {
  const auto known = entries_.find(key);
  return known != entries_.end() && known->second.claim.has_value();
}

// -- what is claimed ----------------------------------------------------------

bool activity_table::claim(const stored_activity& activity) {
  entry& known = entries_[activity.key];
  if (known.claim) return false;
  known.claim = claim_facts{activity.session, false, activity.input.size()};
  if (known.where == place::nowhere) known.where = place::awaits_session;
  ++claimed_;
  claimed_bytes_ += known.claim->bytes;
  return true;
}

void activity_table::claim_present(const activity_key& key) {
  entry& known = entries_[key];
  if (known.claim) return;
  known.claim = claim_facts{};
  ++claimed_;
  if (queue_.find(key) != work_queue::presence::none) count_on_worker(*known.claim);
}

void activity_table::claim_present(const std::function<bool(const activity_key&)>& concerns) {
  for (const activity_key& key : queue_.keys())
    if (concerns(key)) claim_present(key);
  for (auto known = entries_.begin(); known != entries_.end();) {
    const auto current = known++;
    if (!concerns(current->first)) continue;
    if (current->second.where == place::asynchronous || current->second.where == place::awaits_place)
      claim_present(current->first);
    if (current->second.where != place::awaits_handler) continue;
    leave(current->second);
    forget_if_empty(current);
  }
}

std::vector<activity_key> activity_table::claimed_keys() const {
  std::vector<activity_key> keys;
  keys.reserve(claimed_);
  for (const auto& [key, known] : entries_)
    if (known.claim) keys.push_back(key);
  return keys;
}

// -- where it goes ------------------------------------------------------------

void activity_table::put_on_worker(work item) {
  if (const auto known = entries_.find(item.key); known != entries_.end()) {
    detail::ensure(known->second.where != place::asynchronous, "an activity is in one place");
    leave(known->second);
    if (known->second.claim) count_on_worker(*known->second.claim);
    forget_if_empty(known);
  }
  queue_.push(std::move(item));
}

std::stop_source activity_table::run_asynchronously(const activity_key& key) {
  entry& known = entries_[key];
  detail::ensure(known.where != place::asynchronous, "an activity is in one place");
  known.where = place::asynchronous;
  known.cancelled = std::stop_source();
  ++asynchronous_;
  return known.cancelled;
}

void activity_table::await_place(const activity_key& key) {
  entry& known = entries_[key];
  detail::ensure(known.where != place::asynchronous, "an activity is in one place");
  known.where = place::awaits_place;
}

void activity_table::end_waiting_for_place(const activity_key& key) {
  const auto known = entries_.find(key);
  if (known == entries_.end() || known->second.where != place::awaits_place) return;
  leave(known->second);
  forget_if_empty(known);
}

void activity_table::await_handler(const activity_key& key) { entries_[key].where = place::awaits_handler; }

bool activity_table::end_waiting_for_handler(const activity_key& key) {
  const auto known = entries_.find(key);
  if (known == entries_.end() || known->second.where != place::awaits_handler) return false;
  leave(known->second);
  forget_if_empty(known);
  return true;
}

activity_table::place activity_table::cancel(const activity_key& key) {
  const auto known = entries_.find(key);
  const place where = known == entries_.end() ? place::nowhere : known->second.where;
  switch (where) {
  case place::asynchronous: known->second.cancelled.request_stop(); return where;
  case place::awaits_place:
  case place::awaits_handler:
    leave(known->second);
    forget_if_empty(known);
    return where;
  case place::nowhere:
  case place::on_worker:
  case place::stopping:
  case place::awaits_session: break;
  }
  return queue_.cancel(key) ? place::stopping : where;
}

void activity_table::end_asynchronous(const activity_key& key) {
  const auto known = entries_.find(key);
  if (known == entries_.end() || known->second.where != place::asynchronous) return;
  leave(known->second);
  forget_if_empty(known);
}

std::optional<activity_table::ended_claim> activity_table::end_claim(const activity_key& key) {
  const auto known = entries_.find(key);
  if (known == entries_.end() || !known->second.claim) return std::nullopt;
  claim_facts claim = *std::exchange(known->second.claim, std::nullopt);
  --claimed_;
  claimed_bytes_ -= claim.bytes;
  if (claim.on_worker) --claimed_on_workers_;
  if (known->second.where == place::awaits_session) leave(known->second);
  forget_if_empty(known);
  return ended_claim{std::move(claim.session)};
}

void activity_table::stop_asynchronous() {
  for (auto& [key, known] : entries_)
    if (known.where == place::asynchronous) known.cancelled.request_stop();
}

void activity_table::count_on_worker(claim_facts& claim) {
  if (!std::exchange(claim.on_worker, true)) ++claimed_on_workers_;
}

void activity_table::leave(entry& from) {
  if (from.where == place::asynchronous) --asynchronous_;
  from.where = place::nowhere;
}

void activity_table::forget_if_empty(entries::iterator found) {
  if (found->second.where == place::nowhere && !found->second.claim) entries_.erase(found);
}

}  // namespace duroxide::internal
