#include "actors/cluster/inbox_reader.hpp"

#include "actors/activity/messages.hpp"
#include "actors/backoff.hpp"
#include "actors/cluster/awaited_starts.hpp"
#include "actors/cluster/deliveries.hpp"
#include "actors/cluster/owned_shards.hpp"
#include "actors/cluster/relocated_instances.hpp"
#include "actors/host/messages.hpp"
#include "actors/log.hpp"
#include "actors/messages.hpp"
#include "actors/shard/messages.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <unordered_set>
#include <utility>

namespace duroxide::internal {

namespace {

constexpr std::size_t page = 1000;

// A store that is written to without a pause would otherwise be looked at without a pause.
constexpr duration between_looks{2};

// What should be told of may get lost: a process that dies between its commit and its notification.
constexpr std::chrono::minutes between_looks_unasked{1};

constexpr duration after_failed_heartbeat{200};

// Not for now, but for good.
bool is_over(const store_error& why) {
  return why.certainty == commit_certainty::fenced || why.kind == error_kind::store_gone;
}

}  // namespace

inbox_reader::inbox_reader(caf::actor_config& config, context_ptr context,
                           std::unique_ptr<change_watch> watch)
    : inbox_reader_self::base(config), context_(std::move(context)), watch_(std::move(watch)),
      horizon_(wall_clock_in(context_->options.timer_horizon)) {
  *context_->horizon = horizon_;
  // Before anything is in memory. If it cannot be asked, it is looked for once too often.
  if (auto so_far = context_->store->deletions()) deletions_ = *so_far;
}

inbox_reader::behavior_type inbox_reader::make_behavior() {
  const weak_actor<inbox_reader_self> self(this);
  listener_ = std::make_unique<listener>(std::move(watch_), [self] { self.send(news_atom::value); });
  heartbeat_.emplace(context_);
  balancer_.emplace(context_, [self](std::uint32_t shard) { self.send(empty_atom::value, shard); });
  if (context_->owned->any()) take_over(context_->owned->all());
  send(this, errand_atom::value);
  return {
      [this](errand_atom) { next_errand(); },
      [this](rested_atom) { wait_for_news(); },
      [this](news_atom) {
        heard_ = true;
        if (!busy_) wait_for_news();
      },
      [this](wake_atom) {
        alarm_.reset();
        if (!busy_) wait_for_news();
      },
      [this](empty_atom, std::uint32_t shard) {
        balancer_->note_empty(shard);
        if (!busy_) plan_errands(false);
      },
  };
}

void inbox_reader::on_exit() {
  listener_.reset();
  heartbeat_.reset();
  balancer_.reset();
  errands_.clear();
  context_.reset();
}

// One for each message, so that this actor can be stopped between two of them.
void inbox_reader::next_errand() {
  if (errands_.empty()) return rest();
  errand now = std::move(errands_.front());
  errands_.pop_front();
  if (now()) {
    refusals_ = 0;
    return send(this, errand_atom::value);
  }
  errands_.push_front(std::move(now));
  delayed_send(this, exponential_backoff(duration(10), std::chrono::seconds(2), ++refusals_),
               errand_atom::value);
}

void inbox_reader::rest() {
  duration length = std::exchange(heartbeat_failed_, false) ? after_failed_heartbeat : between_looks;
  delayed_send(this, length, rested_atom::value);
}

// Also when it is only time to look after the other members, or to move the horizon on.
void inbox_reader::wait_for_news() {
  busy_ = false;
  if (heard_) return plan_errands(true);
  duration left = horizon_ - context_->options.timer_horizon / 2 - wall_clock_now();
  if (const auto due = heartbeat_->next_in()) left = std::min(left, *due);
  if (left <= duration::zero() || balancer_->has_to_release()) return plan_errands(false);
  const steady_time when = steady_in(left);
  if (alarm_ && *alarm_ <= when) return;
  alarm_ = when;
  delayed_send(this, left, wake_atom::value);
}

void inbox_reader::plan_errands(bool news) {
  busy_ = true;
  heard_ = false;
  listener_->go_on();
  news = news || steady_now() >= next_look_;
  if (news) {
    next_look_ = steady_in(between_looks_unasked);
    send(context_->pool, wake_atom::value);
    if (context_->owned->any()) errands_.push_back([this] { return look_for_deletions(); });
    if (context_->awaited->any()) errands_.push_back([this] { return look_for_awaited_starts(); });
  }
  if (balancer_->has_to_release()) errands_.push_back([this] { return release_shards(); });
  send_heartbeat();
  const duration horizon = context_->options.timer_horizon;
  const bool horizon_is_near = wall_clock_in(horizon / 2) >= horizon_;
  // Page by page, before the horizon moves on, which takes all messages that have come since at once.
  if ((news || horizon_is_near) && context_->owned->any())
    errands_.push_back([this] { return bring_undelivered({}); });
  if (horizon_is_near)
    errands_.push_back(
        [this, until = wall_clock_in(horizon)] { return move_horizon(horizon_, until, page); });
  next_errand();
}

// -- other members ------------------------------------------------------------

void inbox_reader::send_heartbeat() {
  const auto brought = heartbeat_->send_if_due();
  if (!brought) {
    heartbeat_failed_ = true;  // else it is tried again, but not without a pause
    if (is_over(brought.error()))
      send(context_->node, lost_ownership{context_->membership.node, brought.error()});
    return;
  }
  balancer_->begin_to_give_up(brought->surplus);
  const std::vector<owned_shard>& gained = brought->gained;
  if (gained.empty()) return;
  send(context_->pool, begin_takeover_atom::value);  // before anything of the shards can run here
  context_->owned->take(gained);
  std::vector<std::uint32_t> shards;
  for (const owned_shard& each : gained) shards.push_back(each.shard);
  take_over(shards);
}

bool inbox_reader::release_shards() {
  auto released = balancer_->release();
  return released ? true : is_refused(released.error());
}

// -- errands ------------------------------------------------------------------

void inbox_reader::take_over(const std::vector<std::uint32_t>& shards) {
  errands_.push_back([this, shards] { return bring_undelivered(shards); });
  errands_.push_back([this, shards] { return bring_activities(shards, std::nullopt); });
  errands_.push_back([this] {
    send(context_->pool, end_takeover_atom::value);
    return true;
  });
}

// While an errand is refused nobody looks after the others, which else tells whether the node is fenced.
bool inbox_reader::is_refused(const store_error& why) {
  if (is_over(why))
    send(context_->node, lost_ownership{context_->membership.node, why});
  else if (refusals_ % 30 == 0)
    log_warning("duroxide: the store cannot be asked now ({} attempts): {}", field("attempts", refusals_ + 1),
                field("error", why.message), field("node", context_->membership.node));
  return false;
}

bool inbox_reader::look_for_deletions() {
  auto now = context_->store->deletions();
  if (!now) return is_refused(now.error());
  if (std::exchange(deletions_, *now) == *now) return true;
  for (const std::uint32_t shard : context_->owned->all())
    send(context_->dispatchers[shard], find_deleted_atom::value);
  return true;
}

// Those whose start messages are due within the horizon are found by these, too.
bool inbox_reader::look_for_awaited_starts() {
  const std::vector<std::string> instances = context_->awaited->all();
  auto lives = context_->store->lives(instances);
  if (!lives) return is_refused(lives.error());
  for (std::size_t i = 0; i < instances.size(); ++i)
    if (lives->at(i) != 0) send(context_->dispatcher_of(instances[i]), appeared{instances[i]});
  return true;
}

bool inbox_reader::bring_undelivered(const std::vector<std::uint32_t>& gained) {
  auto undelivered =
      context_->store->fetch_undelivered(context_->membership.node, position_, horizon_, page, gained);
  if (!undelivered) return is_refused(undelivered.error());
  position_ = std::move(undelivered->position);
  for (const relocated_instance& each : undelivered->relocated)
    context_->moved->set_shard(each.instance, each.shard);
  deliver_all(std::move(undelivered->messages));
  if (undelivered->more) errands_.push_front([this] { return bring_undelivered({}); });
  return true;
}

bool inbox_reader::bring_activities(const std::vector<std::uint32_t>& shards,
                                    const std::optional<activity_key>& after) {
  auto unfinished = context_->store->fetch_activities(context_->membership.node, shards, after, page);
  if (!unfinished) return is_refused(unfinished.error());
  if (unfinished->empty()) return true;
  errands_.push_front(
      [this, shards, last = unfinished->back().key] { return bring_activities(shards, last); });
  send(context_->pool, recovered_activities{*std::move(unfinished)});
  return true;
}

// Timers that dispatchers hold already come once more; they are told apart by their ids.
bool inbox_reader::move_horizon(timestamp from, timestamp until, std::size_t limit) {
  auto due = context_->store->fetch_due(context_->membership.node, from, until, limit);
  if (!due) return is_refused(due.error());
  const bool more = due->size() == limit;
  const timestamp reached = more ? due->back().visible_at : until;
  // What was sent since the inbox was read may be due before the horizon, and what its sender sent after it
  // behind: they keep their order as undelivered messages (I8). The rest was sent earlier.
  auto undelivered = undelivered_up_to(reached);
  if (!undelivered) return false;
  std::unordered_set<std::uint64_t> in_page;
  for (const message& each : *undelivered) in_page.insert(each.id);
  std::erase_if(*due, [&](const message& each) { return in_page.contains(each.id); });
  deliver_all(*std::move(due));
  deliver_all(*std::move(undelivered));
  *context_->horizon = horizon_ = reached;
  if (!more) return true;
  // Again what is due in the last millisecond of the page; if that alone fills a page, a larger one.
  if (reached == from) limit *= 2;
  errands_.push_front([this, reached, until, limit] { return move_horizon(reached, until, limit); });
  return true;
}

// All that has come since the inbox was read, with what is due until then; none: the store refused.
std::optional<std::vector<message>> inbox_reader::undelivered_up_to(timestamp until) {
  std::vector<message> all;
  std::string position = position_;
  for (bool more = true; more;) {
    auto undelivered =
        context_->store->fetch_undelivered(context_->membership.node, position, until, page, {});
    if (!undelivered) {
      is_refused(undelivered.error());
      return std::nullopt;
    }
    position = std::move(undelivered->position);
    more = undelivered->more;
    for (const relocated_instance& each : undelivered->relocated)
      context_->moved->set_shard(each.instance, each.shard);
    std::ranges::move(undelivered->messages, std::back_inserter(all));
  }
  position_ = std::move(position);
  return all;
}

void inbox_reader::deliver_all(std::vector<message> messages) {
  const auto shard_of = [this](const std::string& instance) { return context_->shard_of_instance(instance); };
  for (delivery& each : deliveries_of(std::move(messages), shard_of))
    send(context_->dispatchers[each.shard], std::move(each.batch));
}

}  // namespace duroxide::internal
