// Where a process is stopped that works with SQLite.
#pragma once

#include <functional>
#include <string_view>

namespace duroxide::interleavings {

// Calls `callback`, from within SQLite, before each statement of this process by which it could notice what others
// have written, or be disturbed by them: before whatever begins a transaction, before a commit, and before a
// write in a transaction that began as a reading one. What else is done within a transaction sees one state,
// whatever others do. One for a process, for as long as it lives. REQUIRES: no open database.
void stop_at_statements(std::function<void(std::string_view statement, bool holds_write_lock)> callback);

// Nothing stops this process as long as this lives.
class without_stops {
public:
  without_stops();
  without_stops(const without_stops&) = delete;
  without_stops& operator=(const without_stops&) = delete;
  ~without_stops();
};

}  // namespace duroxide::interleavings
