#include "actors/cluster/listener.hpp"

#include <utility>

namespace duroxide::internal {

listener::listener(std::unique_ptr<change_watch> watch, std::function<void()> heard)
    : watch_(std::move(watch)), heard_(std::move(heard)) {
  if (!watch_->call([this] { tell(); })) thread_ = std::thread([this] { listen(); });
}

listener::~listener() {
  {
    const detail::lock_guard lock(mutex_);
    stopping_ = true;
  }
  may_go_on_.notify_all();
  watch_->interrupt();
  if (thread_.joinable()) thread_.join();
  watch_.reset();  // it calls no more
}

void listener::tell() {
  {
    const detail::lock_guard lock(mutex_);
    missed_ = std::exchange(told_, true);
    if (missed_ || stopping_) return;
  }
  heard_();
}

void listener::go_on() {
  bool again = false;
  {
    const detail::lock_guard lock(mutex_);
    told_ = false;
    again = std::exchange(missed_, false);
  }
  may_go_on_.notify_all();
  if (again) tell();
}

void listener::listen() {
  for (;;) {
    const bool changed = watch_->wait(std::nullopt);
    if (changed) tell();
    detail::unique_lock lock(mutex_);
    while (told_ && !stopping_) may_go_on_.wait(lock);
    if (stopping_) return;
  }
}

}  // namespace duroxide::internal
