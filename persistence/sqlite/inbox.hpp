// Reading the inbox.
#pragma once

#include "duroxide/provider.hpp"
#include "persistence/sqlite/database.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace duroxide::persistence::sqlite {

struct undelivered_query {
  std::uint64_t node = 0;
  std::string position;
  timestamp until{};
  std::size_t limit = 0;
};

// Answers fetch_undelivered. A row that cannot be read is passed over and stays where an operator sees it: it must
// not stop the others.
undelivered_page read_undelivered(database& db, const undelivered_query& query);

struct due_query {
  std::uint64_t node = 0;
  timestamp from{};
  timestamp until{};
  std::size_t limit = 0;
};

// Messages that become due in [from, until), in order of their time. Unreadable rows are passed over.
std::vector<message> read_due(database& db, const due_query& query);

struct inbox_query {
  std::uint64_t life = 0;
  std::uint64_t after = 0;   // this message
  bool with_queues = false;  // those of queues as well
};

// A page of the messages for the instance of that life, in order of arrival.
// Throws store_failure (broken) for an unreadable row: an instance must not run without one of its messages.
queue_page read_inbox(database& db, const inbox_query& query);
// Answers fetch_queue; throws likewise.
queue_page read_queue(database& db, std::uint64_t life, const std::string& queue, std::size_t limit);

}  // namespace duroxide::persistence::sqlite
