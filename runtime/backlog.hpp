// The queue messages of an instance that no wait has taken yet.
#pragma once

#include "duroxide/provider.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <unordered_set>
#include <vector>

namespace duroxide::internal {

// All of them lie in the inbox of the store. A queue that is waited for has its first ones in memory as well:
//
//   unknown   what the store has of it is not in memory
//   asked     so it is, and a page of it has been asked for
//   whole     all that the store has is in memory, or on its way here as a new message
//   front     the first ones are in memory, and the store has more
//
// A queue is asked for only when none of its messages is in memory and none is being consumed, so a page is
// always its front, and nothing need be remembered of where the last one ended. What comes to a queue that is
// not whole is left to the store.
class backlog {
public:
  enum class origin : std::uint8_t {
    created,  // by this process, just now: every queue is whole
    stored,
  };
  explicit backlog(origin initial = origin::created) : origin_(initial) {}

  // A message that was sent to the instance. The same one may come once with a page and once by this way.
  void push(message arrived);
  // The same, but it is left to the store, because of what is in memory elsewhere.
  void leave_in_store(message arrived);

  // The first message of the queue; null if there is none in memory.
  const message* front(const std::string& queue) const;
  // REQUIRES: there is one.
  message pop(const std::string& queue);

  // Whether a page of the queue would bring what a wait for its messages needs.
  bool lacks(const std::string& queue) const;
  // Marks it as asked for. Gives the number that the answer must carry.
  std::uint64_t ask(const std::string& queue);
  // Ignores an answer to a question that has been overtaken.
  void answer(const std::string& queue, std::uint64_t number, queue_page page);
  bool is_asked() const noexcept { return asked_ > 0; }

  // The store has been given messages for the front of the queue; or of all queues.
  void forget(const std::string& queue);
  void forget_all();

  // How many messages are in memory.
  std::size_t size() const noexcept { return count_; }

private:
  enum class knowledge : std::uint8_t { unknown, asked, whole, front };
  struct queue_state {
    knowledge known = knowledge::unknown;
    std::deque<message> messages;
    std::uint64_t question = 0;      // asked: its number
    std::vector<message> meanwhile;  // asked: what has come since
  };

  queue_state& state_of(const std::string& queue);
  bool has_room_in(const queue_state& queue) const;
  void keep(queue_state& state, message arrived);
  void leave_to_the_store(std::uint64_t id);
  void forget(queue_state& state);

  origin origin_;
  std::map<std::string, queue_state> queues_;
  std::size_t count_ = 0;  // of all messages in memory
  std::size_t bytes_ = 0;  // of their payloads
  std::size_t asked_ = 0;  // queues
  std::uint64_t last_question_ = 0;
  // Ids of messages that came with a page, and may come once more as new ones; and of those that came as new
  // ones, were left to the store, and will come with a page.
  std::unordered_set<std::uint64_t> paged_;
  std::unordered_set<std::uint64_t> left_;
};

}  // namespace duroxide::internal
