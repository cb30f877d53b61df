#include "persistence/postgres/peer_death_watcher.hpp"

#include "persistence/store_failure.hpp"

#include <chrono>
#include <utility>

namespace duroxide::persistence::postgres {

namespace {

// A session that is cut while it waits for the lock would else stay until the wait ends.
constexpr auto settings = "set lock_timeout = '20s'; set statement_timeout = 0; "
                          "set client_connection_check_interval = '1s'";
constexpr std::chrono::seconds before_next_try{1};

}  // namespace

peer_death_watcher::peer_death_watcher(session_maker connect, std::int32_t lock_class,
                                       std::function<void()> gone)
    : connect_(std::move(connect)), lock_class_(lock_class), gone_(std::move(gone)),
      thread_([this] { run(); }) {}

peer_death_watcher::~peer_death_watcher() {
  {
    const detail::lock_guard lock(mutex_);
    stopping_ = true;
    interrupt();
  }
  thread_.join();
}

void peer_death_watcher::watch(std::uint64_t node) {
  const detail::lock_guard lock(mutex_);
  if (std::exchange(node_, node) != node) interrupt();
}

void peer_death_watcher::interrupt() {
  changed_.notify_all();
  if (waiting_ && session_) session_->cut();
}

void peer_death_watcher::run() {
  detail::unique_lock lock(mutex_);
  while (true) {
    while (!stopping_ && node_ == 0) changed_.wait(lock);
    if (stopping_) return;
    const std::uint64_t node = node_;
    waiting_ = true;
    lock.unlock();
    const bool gone = wait_for_lock(node);
    lock.lock();
    waiting_ = false;
    if (stopping_ || node_ != node) continue;
    if (gone) gone_();
    if (!gone && session_) continue;
    const auto next_try = std::chrono::steady_clock::now() + before_next_try;
    while (!stopping_ && node_ == node && changed_.wait_until(lock, next_try)) continue;
  }
}

// False if it waited in vain.
bool peer_death_watcher::wait_for_lock(std::uint64_t node) {
  try {
    const auto session = connect(node);
    if (!session) return false;
    session->run("select pg_advisory_xact_lock_shared($1, $2)", lock_class_, static_cast<std::int32_t>(node));
    return true;
  } catch (const store_failure&) {
    const detail::lock_guard lock(mutex_);
    if (session_ && !session_->is_open()) session_.reset();
    return false;
  }
}

// Nothing if meanwhile there is something else to do.
std::shared_ptr<connection> peer_death_watcher::connect(std::uint64_t node) {
  {
    const detail::lock_guard lock(mutex_);
    if (session_ && session_->is_open()) return session_;
  }
  std::shared_ptr<connection> made = connect_();
  made->run_script(settings);
  const detail::lock_guard lock(mutex_);
  session_ = std::move(made);
  return !stopping_ && node_ == node ? session_ : nullptr;
}

}  // namespace duroxide::persistence::postgres
