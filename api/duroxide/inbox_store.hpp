// Messages that wait for instances, as nodes and instances read them.
#pragma once

#include "duroxide/life.hpp"
#include "duroxide/message.hpp"
#include "duroxide/store_error.hpp"
#include "duroxide/store_writer.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace duroxide {

// The front of a queue, or a part of an inbox.
struct queue_page {
  std::vector<message> messages;  // in the order in which they are to be taken
  bool more = false;              // there are more behind them
};

// An instance that is on another shard than `shard_of` its id.
struct relocated_instance {
  std::string instance;
  std::uint32_t shard = 0;
};

// Messages, and the position of those after them.
struct undelivered_page {
  std::vector<message> messages;
  std::vector<relocated_instance> relocated;  // of the receivers
  std::string position;                       // in the store's own format
  bool more = false;                          // there may be more: ask again at once, with the position
};

// The inboxes of all instances. Any thread may call; all members block for the time of a store access unless
// they say otherwise.
class inbox_store {
public:
  inbox_store() = default;
  inbox_store(const inbox_store&) = delete;
  inbox_store& operator=(const inbox_store&) = delete;
  virtual ~inbox_store() = default;

  // The inbox of a shard may have something that the shard's owner does not know of. A hint; does not wait.
  virtual void notify_owner(std::uint32_t) {}

  // Messages in the inboxes of `node`'s shards that are due before `until` and were not delivered under the
  // present tenure of their shard, at most `limit`, and not much more than limits::batch_bytes of payloads.
  // Each is returned once: a page leaves out those of the page that returned `position`, and of all pages before
  // it. An empty position starts from the beginning. Messages of one sender come in the order in which they were
  // sent. Asking again with the same position returns the same messages, and perhaps more. Later pages ask for the
  // same `until` or a later one. `gained`: shards that the node has gained since the page before, so that all their
  // messages are returned; it names them for one page only.
  virtual stored<undelivered_page> fetch_undelivered(std::uint64_t node, const std::string& position,
                                                     timestamp until, std::size_t limit,
                                                     const std::vector<std::uint32_t>& gained) = 0;
  // Messages that become due in [`from`, `until`), whoever sent them, in order of their time.
  virtual stored<std::vector<message>> fetch_due(std::uint64_t node, timestamp from, timestamp until,
                                                 std::size_t limit) = 0;
  // The messages behind `after` that `load` would return from the inbox of this life of the instance, in order of
  // arrival: one, or at most limits::batch_bytes of payloads.
  virtual stored<queue_page> fetch_inbox(const std::string& instance, life_number life,
                                         std::uint64_t after) = 0;
  // The first messages of a queue of this life of the instance, at most `limit`: one, or at most
  // limits::batch_bytes of payloads. The cost depends on what it returns, not on how long the queue is.
  virtual stored<queue_page> fetch_queue(const std::string& instance, life_number life,
                                         const std::string& queue, std::size_t limit) = 0;
  // `creates`: as in outgoing_message.
  virtual stored<post_outcome> post(const message& content, const std::string& creates = {}) = 0;
};

}  // namespace duroxide
