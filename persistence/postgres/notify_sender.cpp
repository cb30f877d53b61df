#include "persistence/postgres/notify_sender.hpp"

#include "persistence/store_failure.hpp"

#include <chrono>
#include <utility>

namespace duroxide::persistence::postgres {

namespace {

constexpr std::chrono::milliseconds between{5};
constexpr std::chrono::milliseconds after_failure{500};

}  // namespace

notify_sender::notify_sender(session_maker connect, channels targets, std::string sender)
    : connect_(std::move(connect)), channels_(std::move(targets)), sender_(std::move(sender)),
      thread_([this] { run(); }) {}

notify_sender::~notify_sender() {
  {
    const detail::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void notify_sender::wake(const wake_list& woken) {
  if (woken.empty()) return;
  {
    const detail::lock_guard lock(mutex_);
    pending_.nodes.insert(woken.nodes.begin(), woken.nodes.end());
    pending_.all = pending_.all || woken.all;
  }
  changed_.notify_one();
}

void notify_sender::committed() {
  {
    const detail::lock_guard lock(mutex_);
    if (std::exchange(pending_.committed, true)) return;
  }
  changed_.notify_one();
}

void notify_sender::members_changed() {
  {
    const detail::lock_guard lock(mutex_);
    pending_.members = true;
  }
  changed_.notify_one();
}

void notify_sender::deleted() {
  {
    const detail::lock_guard lock(mutex_);
    pending_.deleted = true;
  }
  changed_.notify_one();
}

void notify_sender::run() {
  detail::unique_lock lock(mutex_);
  for (;;) {
    while (!stopping_ && pending_.empty()) changed_.wait(lock);
    if (pending_.empty()) return;
    const news now = std::exchange(pending_, {});
    lock.unlock();
    const bool sent = say(now);
    lock.lock();
    if (!sent) {
      if (stopping_) return;
      pending_.nodes.insert(now.nodes.begin(), now.nodes.end());
      pending_.all = pending_.all || now.all;
      pending_.members = pending_.members || now.members;
      pending_.committed = pending_.committed || now.committed;
      pending_.deleted = pending_.deleted || now.deleted;
    }
    const auto next = std::chrono::steady_clock::now() + (sent ? between : after_failure);
    while (!stopping_ && changed_.wait_until(lock, next)) continue;
  }
}

bool notify_sender::say(const news& what) {
  try {
    if (!session_ || !session_->is_alive()) {
      session_ = connect_();
      if (!session_->shares_sessions()) session_->run_script("set synchronous_commit = off");
    }
    if (what.members) say_on(channels_.work, sender_ + " members");
    if (what.deleted) say_on(channels_.work, sender_ + " deleted");
    if (what.all) {
      say_on(channels_.work, sender_ + " *");
    } else if (!what.nodes.empty()) {
      std::string text = sender_;
      for (const std::int64_t node : what.nodes) text += " " + std::to_string(node);
      say_on(channels_.work, text);
    }
    if (what.committed) say_on(channels_.commits, sender_);
    return true;
  } catch (const store_failure&) {
    session_.reset();
    return false;
  }
}

void notify_sender::say_on(const std::string& channel, const std::string& text) {
  session_->run("select pg_notify($1, $2)", channel, text);
}

}  // namespace duroxide::persistence::postgres
