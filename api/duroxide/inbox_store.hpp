// Messages that wait for instances: what a node, and an instance, reads of them.
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

// An instance on another shard than the one that its id would give.
struct relocated_instance {
  std::string instance;
  std::uint32_t shard = 0;
};

// Messages, and where those after them begin.
struct undelivered_page {
  std::vector<message> messages;
  std::vector<relocated_instance> relocated;  // of the receivers
  std::string position;                       // of the store's own making
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

  // Something for the owner of a shard may lie in its inbox without its knowing. A hint; does not wait.
  virtual void notify_owner(std::uint32_t) {}

  // Messages in the inboxes of `node`'s shards that are due before `until` and were not delivered under the
  // present tenure of their shard, at most `limit`, and not much more than limits::batch_bytes of payloads,
  // each once: those that the page which gave `position` did not bring, nor any before it. An empty position
  // begins anew. Messages of one sender come in the order in which they were sent. Asking twice with one
  // position gives what one page gave, and perhaps more. Later pages ask for the same `until` or a later one.
  // `gained`: shards that have come to the node since the page before, of which therefore everything is
  // brought; named with the first page that follows, not again.
  virtual stored<undelivered_page> fetch_undelivered(std::uint64_t node, const std::string& position,
                                                     timestamp until, std::size_t limit,
                                                     const std::vector<std::uint32_t>& gained) = 0;
  // Messages that become due in [`from`, `until`), by whomever they were sent, in order of their time.
  virtual stored<std::vector<message>> fetch_due(std::uint64_t node, timestamp from, timestamp until,
                                                 std::size_t limit) = 0;
  // What `load` would bring of the inbox of this life of the instance behind the message `after`, in order of
  // arrival: one, or at most limits::batch_bytes of payloads.
  virtual stored<queue_page> fetch_inbox(const std::string& instance, life_number life,
                                         std::uint64_t after) = 0;
  // The first messages of a queue of this life of the instance, at most `limit`: one, or at most
  // limits::batch_bytes of payloads. Costs as much as it brings, however long the queue is.
  virtual stored<queue_page> fetch_queue(const std::string& instance, life_number life,
                                         const std::string& queue, std::size_t limit) = 0;
  virtual stored<post_outcome> post(const message& content) = 0;
};

}  // namespace duroxide
