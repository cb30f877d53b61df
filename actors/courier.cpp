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

// What should be told of may get lost: a process that dies between its commit and its notification.
constexpr std::chrono::minutes between_looks_unasked{1};

constexpr duration after_failure{200};

// Shards that are on their way to other nodes at one time.
constexpr std::size_t most_under_way = 64;

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
  if (peers_->owned->any()) take_up(peers_->owned->all());
  duration half = peers_->options.timer_horizon / 2;
  while (!stop_.stop_requested()) {
    bool news = wait_for_news();
    if (stop_.stop_requested()) return;
    if (news) caf::anon_send(peers_->pool, wake_atom::value);
    finish_giving_up();
    look_after_others();
    if (wall_clock_now() + half >= horizon_) move_horizon();
    if (news && peers_->owned->any()) bring_mail();
    pause(between_looks);
  }
}

// False if it is only time to look after the other members, or to move the horizon on.
bool courier::wait_for_news() {
  using clock = std::chrono::steady_clock;
  duration rest = horizon_ - peers_->options.timer_horizon / 2 - wall_clock_now();
  auto tending = peers_->store->tend_within(peers_->membership.node);
  *peers_->has_company = tending.has_value();
  if (tending) rest = std::min(rest, *tending);
  bool heard = watch_->wait(std::max(rest, duration(0)));
  if (!heard && clock::now() < next_look_) return false;
  next_look_ = clock::now() + between_looks_unasked;
  return true;
}

void courier::take_up(const std::vector<std::uint32_t>& shards) {
  bring_mail(shards);
  take_up_activities(shards);
  caf::anon_send(peers_->pool, end_take_up_atom::value);
}

// A node without shards looks whenever something has changed: an owner that leaves says so.
void courier::look_after_others() {
  const std::uint64_t node = peers_->membership.node;
  auto due = peers_->store->tend_within(node);
  if (!due || (peers_->owned->any() && *due > duration(0))) return;
  auto brought = peers_->store->tend(node, peers_->load());
  if (!brought) {
    if (brought.error().fate == store_fate::fenced)
      caf::anon_send(peers_->node, lost_ownership{node, brought.error().message});
    return pause(after_failure);  // else it is tried again
  }
  if (!brought->gained.empty()) {
    log_info("duroxide: node {} takes over {} shards that nobody owned", node, brought->gained.size());
    caf::anon_send(peers_->pool, begin_take_up_atom::value);
    peers_->owned->take(brought->gained);
    std::vector<std::uint32_t> gained;
    for (const owned_shard& each : brought->gained) gained.push_back(each.shard);
    take_up(gained);
  }
  if (brought->surplus > 0) begin_to_give_up(brought->surplus);
}

// From now on nobody on this node counts on them.
void courier::begin_to_give_up(std::size_t surplus) {
  if (leaving_->is_under_way()) return;
  std::vector<std::uint32_t> shards = peers_->owned->last(std::min(surplus, most_under_way));
  leaving_->expect(shards.size());
  peers_->owned->give_up(shards);
  caf::anon_send(peers_->pool, shards_given_up{shards});
  give_up_shard request{[leaving = leaving_, watch = watch_](std::uint32_t shard) {
    leaving->out_of_memory(shard);
    watch->interrupt();
  }};
  for (std::uint32_t shard : shards) caf::anon_send(peers_->dispatchers[shard], request);
}

// Tried for as long as it takes: nobody else can have them before.
void courier::finish_giving_up() {
  std::vector<std::uint32_t> ready = leaving_->take_ready();
  if (ready.empty()) return;
  const std::uint64_t node = peers_->membership.node;
  for (std::uint32_t attempt = 1; !stop_.stop_requested(); ++attempt) {
    auto released = peers_->store->release_shards(node, ready);
    if (released) {
      log_info("duroxide: node {} gave up {} shards, for others", node, ready.size());
      return;
    }
    if (released.error().fate == store_fate::fenced) return;  // tending finds out as well
    pause(exponential_backoff(duration(10), std::chrono::seconds(2), attempt));
  }
}

void courier::bring_mail(const std::vector<std::uint32_t>& gained) {
  const std::vector<std::uint32_t> none;
  const auto* fresh = &gained;
  for (bool more = true; more; fresh = &none) {
    auto mail = read_patiently<mail_page>([&] {
      return peers_->store->fetch_mail(peers_->membership.node, position_, horizon_, page, *fresh);
    });
    more = mail.more;
    if (stop_.stop_requested()) return;
    position_ = std::move(mail.position);
    for (const rehomed_instance& each : mail.rehomed) peers_->moved->settle(each.instance, each.shard);
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

void courier::take_up_activities(const std::vector<std::uint32_t>& shards) {
  std::optional<activity_key> after;
  for (bool more = true; more;) {
    auto unfinished = read_patiently<std::vector<stored_activity>>(
        [&] { return peers_->store->fetch_activities(peers_->membership.node, shards, after, page); });
    more = unfinished.size() == page;
    if (unfinished.empty()) break;
    after = unfinished.back().key;
    caf::anon_send(peers_->pool, taken_up_activities{std::move(unfinished)});
  }
}

void courier::deliver_all(std::vector<message> messages) {
  std::unordered_map<std::size_t, deliver_many> by_dispatcher;
  for (auto& each : messages) {
    std::size_t shard = peers_->home_of(each.instance);
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
