#include "actors/courier.hpp"

#include "actors/backoff.hpp"
#include "actors/clock.hpp"
#include "actors/log.hpp"
#include "actors/messages.hpp"

#include <caf/send.hpp>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <unordered_map>

namespace duroxide::internal {

namespace {

constexpr std::size_t page = 1000;

// A store that is written to without a pause would otherwise be looked at without a pause.
constexpr duration between_looks{2};

// How soon a dead member is noticed.
constexpr duration between_tendings = std::chrono::seconds(1);

}  // namespace

courier::courier(peers_ptr all, std::unique_ptr<change_watch> watch)
    : peers_(std::move(all)), watch_(std::move(watch)),
      horizon_(wall_clock_now() + peers_->options.timer_horizon), thread_([this] { run(); }) {}

courier::~courier() {
  stop_.request_stop();
  watch_->interrupt();
  thread_.join();
}

void courier::run() {
  if (peers_->owned->any()) take_up_shards();
  duration half = peers_->options.timer_horizon / 2;
  while (!stop_.stop_requested()) {
    duration rest = std::max<duration>(horizon_ - half - wall_clock_now(), duration(1));
    watch_->wait(peers_->store->has_company(peers_->membership.node) ? std::min(rest, between_tendings)
                                                                     : rest);
    if (stop_.stop_requested()) return;
    caf::anon_send(peers_->pool, wake_atom::value);
    look_after_others();
    if (wall_clock_now() + half >= horizon_) move_horizon();
    if (peers_->owned->any()) bring_mail();
    pause(between_looks);
  }
}

void courier::take_up_shards() {
  position_.clear();
  bring_mail();
  take_up_activities();
  caf::anon_send(peers_->pool, end_take_up_atom::value);
}

// A node without shards looks whenever something has changed: an owner that leaves says so.
void courier::look_after_others() {
  auto now = std::chrono::steady_clock::now();
  if (peers_->owned->any() && now < next_tending_) return;
  next_tending_ = now + between_tendings;
  if (!peers_->store->has_company(peers_->membership.node)) return;
  auto gained = peers_->store->tend(peers_->membership.node);
  if (!gained) {
    if (gained.error().fate == store_fate::fenced)
      caf::anon_send(peers_->node, lost_ownership{peers_->membership.node, gained.error().message});
    return;  // else it is tried again with the next look
  }
  if (gained->empty()) return;
  log_warning("duroxide: this node took over {} shards that nobody owned", gained->size());
  caf::anon_send(peers_->pool, begin_take_up_atom::value);
  peers_->owned->take(*gained);
  take_up_shards();
}

void courier::bring_mail() {
  for (bool more = true; more;) {
    auto mail = read_patiently<mail_page>(
        [this] { return peers_->store->fetch_mail(peers_->membership.node, position_, horizon_, page); });
    more = mail.more;
    if (stop_.stop_requested()) return;
    position_ = std::move(mail.position);
    deliver_all(std::move(mail.messages));
  }
}

// Timers that dispatchers hold already come once more; they are told apart by their ids.
void courier::move_horizon() {
  timestamp from = horizon_;
  timestamp until = wall_clock_now() + peers_->options.timer_horizon;
  for (std::size_t limit = page;;) {
    auto due = read_patiently<std::vector<message>>(
        [&] { return peers_->store->fetch_due(peers_->membership.node, from, until, limit); });
    bool more = due.size() == limit;
    timestamp last = due.empty() ? until : due.back().visible_at;
    deliver_all(std::move(due));
    if (!more) break;
    // Again what is due in the last millisecond of the page; if that alone fills a page, a larger one.
    if (last == from) limit *= 2;
    from = last;
  }
  horizon_ = until;
}

void courier::take_up_activities() {
  std::optional<activity_key> after;
  for (bool more = true; more;) {
    auto unfinished = read_patiently<std::vector<stored_activity>>(
        [&] { return peers_->store->fetch_activities(peers_->membership.node, after, page); });
    more = unfinished.size() == page;
    if (unfinished.empty()) break;
    after = unfinished.back().key;
    caf::anon_send(peers_->pool, taken_up_activities{std::move(unfinished)});
  }
}

void courier::deliver_all(std::vector<message> messages) {
  std::unordered_map<std::size_t, deliver_many> by_dispatcher;
  for (auto& each : messages) {
    std::size_t shard = shard_of(each.instance, peers_->membership.shard_count);
    by_dispatcher[shard].contents.push_back(std::move(each));
  }
  for (auto& [shard, batch] : by_dispatcher) caf::anon_send(peers_->dispatchers[shard], std::move(batch));
}

template <class T> T courier::read_patiently(const std::function<stored<T>()>& read) {
  for (std::uint32_t attempt = 1; !stop_.stop_requested(); ++attempt) {
    stored<T> answer = read();
    if (answer) return *std::move(answer);
    if (attempt == 1 || attempt % 30 == 0)
      log_warning("duroxide: the store cannot be read now ({} attempts): {}", attempt,
                  answer.error().message);
    pause(exponential_backoff(duration(10), std::chrono::seconds(2), attempt));
  }
  return {};
}

// Ends early when the courier is to stop.
void courier::pause(duration length) {
  std::mutex mutex;
  std::condition_variable_any stopped;
  std::unique_lock lock(mutex);
  stopped.wait_for(lock, stop_.get_token(), length, [] { return false; });
}

}  // namespace duroxide::internal
