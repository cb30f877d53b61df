// Reading the inbox.
#pragma once

#include "duroxide/message.hpp"
#include "persistence/sqlite/database.hpp"

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace duroxide::persistence::sqlite {

struct mail_query {
  std::uint64_t node = 0;
  std::uint64_t after = 0;
  timestamp until{};
  std::size_t limit = 0;
};

// Answers fetch_mail, and remembers for each node how far the inbox was looked through. Without that, a node
// with a million sleeping timers would pass over all of their rows with every fetch, because none of them
// moves `after` on. Any thread may call. A row that cannot be read is passed over and stays where an operator
// sees it: it must not stop the others.
class mail_scan {
public:
  std::vector<message> fetch(database& db, const mail_query& query);
  // The node has other shards than before, or none any more.
  void forget(std::uint64_t node);

private:
  struct progress {
    // Rows with ids up to `seen` were returned, delivered by the node itself, or not due before `until`.
    std::uint64_t seen = 0;
    timestamp until{};
    std::uint64_t returned = 0;  // where the caller goes on if it has missed nothing
  };

  std::mutex mutex_;
  std::map<std::uint64_t, progress> of_;
};

struct due_query {
  std::uint64_t node = 0;
  timestamp from{};
  timestamp until{};
  std::size_t limit = 0;
};

// Messages that become due in [from, until), in order of their time. Unreadable rows are passed over.
std::vector<message> read_due(database& db, const due_query& query);

// All messages for `instance`, in order of arrival. Throws store_failure (broken) for an unreadable row: an
// instance must not run without one of its messages.
std::vector<message> read_inbox(database& db, const std::string& instance);

}  // namespace duroxide::persistence::sqlite
