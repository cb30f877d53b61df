#include "actors/client/answer_deadlines.hpp"

namespace duroxide::internal {

answer_deadlines::key answer_deadlines::add(steady_time moment, std::function<void()> late) {
  bool is_earlier = false;
  key added;
  {
    const detail::lock_guard lock(mutex_);
    if (!thread_.joinable() && !stopping_)
      thread_ = std::thread([self = shared_from_this()] { self->serve(); });
    added = all_.emplace(key(moment, ++last_), std::move(late)).first->first;
    is_earlier = moment < looks_at_;
    if (is_earlier) looks_at_ = moment;
  }
  if (is_earlier) changed_.notify_one();
  return added;
}

void answer_deadlines::remove(const key& deadline) noexcept {
  std::function<void()> removed;  // goes after the lock
  const detail::lock_guard lock(mutex_);
  if (const auto known = all_.find(deadline); known != all_.end()) {
    removed = std::move(known->second);
    all_.erase(known);
  }
}

void answer_deadlines::stop() {
  std::thread serving;
  {
    const detail::lock_guard lock(mutex_);
    stopping_ = true;
    serving.swap(thread_);
  }
  changed_.notify_one();
  if (!serving.joinable()) return;
  serving.get_id() == std::this_thread::get_id() ? serving.detach() : serving.join();
}

void answer_deadlines::serve() {
  detail::unique_lock lock(mutex_);
  while (!stopping_) {
    const auto first = all_.begin();
    if (first == all_.end() || steady_now() < first->first.first) {
      const steady_time next = first == all_.end() ? steady_time::max() : first->first.first;
      looks_at_ = next;
      if (first == all_.end())
        changed_.wait(lock);
      else
        changed_.wait_until(lock, next);
      continue;
    }
    const std::function<void()> late = std::move(first->second);
    all_.erase(first);
    lock.unlock();
    late();
    lock.lock();
  }
}

}  // namespace duroxide::internal
