// A clock that actors without timeouts do not disturb.
#pragma once

#include "duroxide/detail/mutex.hpp"

#include <caf/abstract_actor.hpp>
#include <caf/detail/thread_safe_actor_clock.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <unordered_set>
#include <utility>

namespace duroxide::internal {

// Every actor that ends has its clock cancel its timeouts, and CAF 0.17 does that on the clock's thread, even
// if it never had one: for an actor as short as an instance that is two switches of threads for nothing. This
// one knows who has set timeouts, and passes on what concerns them. Its base is only what a scheduler of CAF
// must have; `inner` does the work.
class sparing_clock final : public caf::detail::thread_safe_actor_clock {
public:
  explicit sparing_clock(caf::actor_clock& inner) : inner_(inner) {}

  time_point now() const noexcept override { return inner_.now(); }
  void set_ordinary_timeout(time_point t, caf::abstract_actor* self, caf::atom_value type,
                            std::uint64_t id) override {
    note(self);
    inner_.set_ordinary_timeout(t, self, type, id);
  }
  void set_request_timeout(time_point t, caf::abstract_actor* self, caf::message_id id) override {
    note(self);
    inner_.set_request_timeout(t, self, id);
  }
  void set_multi_timeout(time_point t, caf::abstract_actor* self, caf::atom_value type,
                         std::uint64_t id) override {
    note(self);
    inner_.set_multi_timeout(t, self, type, id);
  }
  void cancel_ordinary_timeout(caf::abstract_actor* self, caf::atom_value type) override {
    inner_.cancel_ordinary_timeout(self, type);
  }
  void cancel_request_timeout(caf::abstract_actor* self, caf::message_id id) override {
    inner_.cancel_request_timeout(self, id);
  }
  void cancel_timeouts(caf::abstract_actor* self) override {
    if (forget(self)) inner_.cancel_timeouts(self);
  }
  void schedule_message(time_point t, caf::strong_actor_ptr receiver,
                        caf::mailbox_element_ptr content) override {
    inner_.schedule_message(t, std::move(receiver), std::move(content));
  }
  void schedule_message(time_point t, caf::group target, caf::strong_actor_ptr sender,
                        caf::message content) override {
    inner_.schedule_message(t, std::move(target), std::move(sender), std::move(content));
  }
  void cancel_all() override { inner_.cancel_all(); }

private:
  void note(const caf::abstract_actor* self) DUROXIDE_EXCLUDES(mutex_) {
    const detail::lock_guard lock(mutex_);
    with_timeouts_.insert(self->id());
    count_ = with_timeouts_.size();
  }
  // Whether it has set one. It has done so on the thread that asks now, or before it came to it.
  bool forget(const caf::abstract_actor* self) DUROXIDE_EXCLUDES(mutex_) {
    if (count_ == 0) return false;
    const detail::lock_guard lock(mutex_);
    const bool known = with_timeouts_.erase(self->id()) > 0;
    count_ = with_timeouts_.size();
    return known;
  }

  caf::actor_clock& inner_;
  detail::mutex mutex_;
  std::unordered_set<caf::actor_id> with_timeouts_ DUROXIDE_GUARDED_BY(mutex_);
  std::atomic<std::size_t> count_ = 0;
};

}  // namespace duroxide::internal
