// Reading the inbox.
#pragma once

#include "duroxide/provider.hpp"
#include "persistence/postgres/connection.hpp"
#include "persistence/postgres/lineage.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace duroxide::persistence::postgres {

struct undelivered_query {
  std::uint64_t node = 0;
  const std::string& position;
  timestamp until{};
  std::size_t limit = 0;
  const std::vector<std::uint32_t>& gained;
  std::uint32_t shard_count = 1;
};

// Answers fetch_undelivered, and notes in `in` how far the server's log was seen. A row that cannot be read is
// passed over and stays where an operator sees it: it must not stop the others.
undelivered_page read_undelivered(connection& on, lineage& in, const undelivered_query& query);

struct due_query {
  std::uint64_t node = 0;
  timestamp from{};
  timestamp until{};
  std::size_t limit = 0;
};

// Messages that become due in [from, until), in order of their time. Unreadable rows are passed over.
std::vector<message> read_due(connection& on, const due_query& query);

struct inbox_query {
  std::uint64_t life = 0;
  std::uint64_t after = 0;   // this message
  bool with_queues = false;  // those of queues as well
};

// A page of the messages for the instance of that life, in order of arrival.
// Throws store_failure (broken) for an unreadable row: an instance must not run without one of its messages.
queue_page read_inbox(connection& on, const inbox_query& query);
// Answers fetch_queue; throws likewise.
queue_page read_queue(connection& on, std::uint64_t life, const std::string& queue, std::size_t limit);

}  // namespace duroxide::persistence::postgres
