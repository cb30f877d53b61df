#include "actors/testing/world.hpp"

#include <algorithm>
#include <utility>

namespace duroxide::internal {

namespace {

// Not the beginning of the clock's time, so that what was "long ago" is not before it.
constexpr steady_time first_moment{std::chrono::hours(1000)};

steady_time later(steady_time now, duration length) {
  return length > std::chrono::years(100) ? steady_time::max() : now + length;
}

}  // namespace

world::world(timestamp begin, std::uint64_t seed, scheduler_policy& decides, bool wall_clocks_may_be_set,
             duration patience)
    : begin_(begin), wall_clocks_may_be_set_(wall_clocks_may_be_set), policy_(decides), dice_(seed),
      now_(first_moment), outside_(patience) {}

timestamp world::wall_clock() { return true_time() + (running_ ? running_->clock_offset : duration(0)); }

timestamp world::true_time() const { return begin_ + std::chrono::floor<duration>(now_ - first_moment); }

// -- processes ----------------------------------------------------------------

std::shared_ptr<world::process> world::add_process(std::string name) {
  auto added = std::make_shared<process>(std::move(name), ++last_process_);
  added->actors.set_time(now_);
  processes_.push_back(added);
  return added;
}

void world::within(process& owner, const std::function<void()>& body) {
  const running_scope inside(*this, &owner);
  body();
}

void world::end_process(const std::shared_ptr<process>& dead, const std::function<void()>& end) {
  dead->dead = true;
  process* before = std::exchange(ending_, dead.get());
  within(*dead, [&] {
    end();
    while (dead->actors.jobs() > 0) dead->actors.run(0);
  });
  outside_.forget(dead->number);
  ending_ = before;
  std::erase(processes_, dead);
}

// -- time ---------------------------------------------------------------------

void world::run_until(const std::function<bool()>& done, duration at_most) {
  process* waiting = running_;
  const steady_time end = later(now_, at_most);
  if (ending_) {
    while (!done() && ending_->actors.jobs() > 0) ending_->actors.run(0);
  } else {
    const auto may_go_on = [&] { return (!waiting || !waiting->dead) && step(end); };
    while (!done() && may_go_on()) {
    }
  }
}

bool world::step(steady_time end) {
  ++steps_;
  const running_scope nowhere(*this, nullptr);
  policy_.between_steps();
  if (run_plan() || run_ended_outside() || run_candidate() || outside_.wait()) return true;
  const auto next = next_event();
  const bool goes_on = next && *next <= end;
  if (goes_on)
    set_time(*next);
  else if (end != steady_time::max())
    set_time(end);
  return goes_on;
}

bool world::run_candidate() {
  find_candidates();
  if (candidates_.empty()) return false;
  run(candidates_[policy_.choose(candidates_.size())]);
  return true;
}

std::shared_ptr<duroxide::detail::outside_work> world::begin_outside() {
  return outside_.begin(running_->number);
}

bool world::run_ended_outside() {
  const auto ended = outside_.take();
  if (!ended) return false;
  for (const auto& each : processes_)
    if (each->number == ended->process && !each->dead) {
      within(*each, ended->then);
      break;
    }
  return true;
}

bool world::run_plan() {
  if (plans_.empty() || plans_.begin()->first > now_) return false;
  auto plan = std::move(plans_.begin()->second);
  plans_.erase(plans_.begin());
  plan();
  return true;
}

void world::find_candidates() {
  candidates_.clear();
  std::erase_if(held_back_, [this](const auto& held) { return held.second <= now_; });
  for (const auto& each : processes_) {
    if (each->dead || each->frozen_until > now_) continue;
    for (std::size_t job = 0; job < each->actors.jobs(); ++job)
      if (held_back_.empty() || !is_held_back(*each, job)) candidates_.push_back({each.get(), job});
  }
}

bool world::is_held_back(const process& owner, std::size_t job) const {
  return held_back_.contains({owner.number, owner.actors.job(job)});
}

void world::hold_back(const process& owner, std::size_t job, duration length) {
  held_back_.insert_or_assign({owner.number, owner.actors.job(job)}, now_ + length);
}

std::optional<steady_time> world::next_event() const {
  std::optional<steady_time> next;
  const auto consider = [&](steady_time moment) { next = next ? std::min(*next, moment) : moment; };
  if (!plans_.empty()) consider(plans_.begin()->first);
  for (const auto& [actor, until] : held_back_) consider(until);
  for (const auto& each : processes_) {
    if (each->dead) continue;
    if (each->frozen_until > now_)
      consider(each->frozen_until);
    else if (const auto timeout = each->actors.next_timeout())
      consider(*timeout);
  }
  return next;
}

void world::set_time(steady_time to) {
  now_ = std::max(now_, to);
  for (const auto& each : processes_)
    if (!each->dead && each->frozen_until <= now_) each->actors.set_time(now_);
}

void world::run(const candidate& chosen) {
  const running_scope inside(*this, chosen.owner);
  if (policy_.wants_to_know_who_ran()) policy_.ran(*chosen.owner, chosen.owner->actors.describe(chosen.job));
  chosen.owner->actors.run(chosen.job);
}

}  // namespace duroxide::internal
