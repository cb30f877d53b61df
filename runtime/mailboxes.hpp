// Who waits for which external event or queue message, and the recorded messages that no wait has.
#pragma once

#include "duroxide/detail/engine.hpp"
#include "duroxide/history_event.hpp"
#include "runtime/backlog.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace duroxide::internal {

// A wait is known by the id of its event. Of several waits for one name the oldest is served first; an
// external event that nobody waits for is for nobody, while a queue keeps its messages in order. Only an event that
// a rewind has brought back is kept until somebody waits for it: then somebody did, and what the code does before that
// takes its time again.
//
// A message passes through three places: the backlog, while it is not in history; a queue here, while no wait
// has it (given back by a wait that was dropped, or in history format 1 recorded when it arrived); and held
// by a wait, which has received it, until the code has seen it.
class mailboxes {
public:
  struct delivery {
    std::uint64_t wait = 0;
    std::uint64_t arrival = 0;  // of the message, counted over all queues; 0: it is an event
    std::string data;
  };

  // Finds an event that was kept, or begins to wait.
  std::optional<delivery> await_event(const std::string& name, std::uint64_t wait);
  void cancel_event_wait(const std::string& name, std::uint64_t wait) { event_waits_[name].erase(wait); }
  // The wait that receives an event of this name, which waits no more; none: nobody waited.
  std::optional<std::uint64_t> take_event_wait(const std::string& name);
  // For the next wait for it.
  void keep_event(const std::string& name, std::string data) {
    kept_events_[name].push_back(std::move(data));
  }

  void await_message(const std::string& queue, std::uint64_t wait) { queue_waits_[queue].insert(wait); }
  void cancel_message_wait(const std::string& queue, std::uint64_t wait);
  bool is_awaited(const std::string& queue) const { return queue_waits_.contains(queue); }
  std::vector<std::string> awaited_queues() const;
  // Of the queues that are waited for, the one whose first message was sent first; null if there is none.
  const std::string* first_awaited_in(const backlog& waiting) const;

  // A message behind all others of the queue.
  void put(const std::string& queue, std::string data);
  // Takes the first message and the first wait of the queue together, if there are both.
  std::optional<delivery> next_delivery(const std::string& queue);
  // The wait has received the message, and the code has not seen it. The data is the outcome of `pending`.
  // REQUIRES: `pending` lives until `set_seen` or `put_back`.
  void hold(const std::string& queue, const delivery& received, const detail::pending_operation& pending);
  void set_seen(std::uint64_t wait) noexcept { held_.erase(wait); }
  // The wait was dropped before the code saw its message, which goes back to its place. Gives the queue; none
  // if the wait held nothing.
  std::optional<std::string> put_back(std::uint64_t wait);

  // All messages that the code has not seen, in the order of their arrival.
  std::vector<queued_message> unseen() const;
  // " 2 in queue 'orders';" for each queue that has messages here, and likewise for the events that are kept.
  std::string text() const;

private:
  struct held_message {
    std::string queue;
    std::uint64_t arrival = 0;
    const detail::pending_operation* pending = nullptr;
  };

  std::map<std::string, std::set<std::uint64_t>> event_waits_;
  std::map<std::string, std::deque<std::string>> kept_events_;                       // none is empty
  std::map<std::string, std::set<std::uint64_t>> queue_waits_;                       // no set is empty
  std::map<std::string, std::deque<std::pair<std::uint64_t, std::string>>> queues_;  // arrival and data
  std::map<std::uint64_t, held_message> held_;                                       // by wait
  std::uint64_t arrivals_ = 0;
};

}  // namespace duroxide::internal
