// What nodes ask of inbox and activities, in every store.
#pragma once

#include "duroxide/provider.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace duroxide::persistence {

// Answered by fetch_undelivered. A row that cannot be read is passed over and stays where an operator sees it:
// it must not stop the others.
struct undelivered_query {
  std::uint64_t node = 0;
  const std::string& position;
  timestamp until{};
  std::size_t limit = 0;
  const std::vector<std::uint32_t>& gained;
};

// Answered by the messages that become due in [from, until), in order of their time. Unreadable rows are
// passed over.
struct due_query {
  std::uint64_t node = 0;
  timestamp from{};
  timestamp until{};
  std::size_t limit = 0;
};

// Answered by a page of the messages for the instance of that life, in order of arrival, or by a store_failure
// (broken) for an unreadable row: an instance must not run without one of its messages.
struct inbox_query {
  std::uint64_t life = 0;
  std::uint64_t after = 0;   // this message
  bool with_queues = false;  // those of queues as well
};

// Answered by fetch_activities.
struct activity_query {
  std::uint64_t node = 0;
  const std::vector<std::uint32_t>& shards;
  const std::optional<activity_key>& after;
  std::size_t limit = 0;
};

}  // namespace duroxide::persistence
