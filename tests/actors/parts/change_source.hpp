// Changes that a test makes, and the watch that tells of them.
#pragma once

#include "duroxide/change_watch.hpp"

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace duroxide::testing_support {

// Makes watches, which share it, of one kind: those that can only be waited on, or those that call. Any thread
// may call.
class change_source : public std::enable_shared_from_this<change_source> {
public:
  enum class kind { waited_on, calling };

  explicit change_source(kind made) : kind_(made) {}

  std::unique_ptr<change_watch> watch() {
    const std::lock_guard lock(mutex_);
    ++watches_;
    return std::make_unique<watch_of>(shared_from_this());
  }
  void change() {
    std::function<void()> call;
    {
      const std::lock_guard lock(mutex_);
      is_set_ = true;
      call = call_;
    }
    changed_.notify_all();
    if (call) call();
  }
  // From now on something changes whenever it is waited for.
  void change_without_pause() {
    {
      const std::lock_guard lock(mutex_);
      without_pause_ = true;
    }
    changed_.notify_all();
  }
  // How often a watch was waited on, or is.
  std::size_t waits() const {
    const std::lock_guard lock(mutex_);
    return waits_;
  }
  std::size_t watches() const {
    const std::lock_guard lock(mutex_);
    return watches_;
  }

private:
  class watch_of final : public change_watch {
  public:
    explicit watch_of(std::shared_ptr<change_source> source) : source_(std::move(source)) {}
    watch_of(const watch_of&) = delete;
    watch_of& operator=(const watch_of&) = delete;
    ~watch_of() override { source_->end_watch(); }

    bool wait(std::optional<duration> at_most) override { return source_->wait(at_most); }
    void interrupt() override { source_->interrupt(); }
    bool call(std::function<void()> changed) override { return source_->call(std::move(changed)); }

  private:
    const std::shared_ptr<change_source> source_;
  };

  bool wait(std::optional<duration> at_most) {
    std::unique_lock lock(mutex_);
    ++waits_;
    const auto changed = [this] { return is_set_ || without_pause_; };
    if (at_most)
      changed_.wait_for(lock, *at_most, changed);
    else
      changed_.wait(lock, changed);
    return std::exchange(is_set_, false) || without_pause_;
  }
  void interrupt() {
    {
      const std::lock_guard lock(mutex_);
      is_set_ = true;
    }
    changed_.notify_all();
  }
  bool call(std::function<void()> changed) {
    if (kind_ != kind::calling) return false;
    const std::lock_guard lock(mutex_);
    call_ = std::move(changed);
    return true;
  }
  void end_watch() {
    const std::lock_guard lock(mutex_);
    --watches_;
    call_ = nullptr;
  }

  const kind kind_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool is_set_ = false;
  bool without_pause_ = false;
  std::size_t waits_ = 0;
  std::size_t watches_ = 0;
  std::function<void()> call_;
};

}  // namespace duroxide::testing_support
