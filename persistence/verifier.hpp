// What is wrong in a store, and what only the events tell of it, whatever the store keeps its rows in.
#pragma once

#include "duroxide/administration.hpp"
#include "duroxide/history_event.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace duroxide::persistence {

// Holds one execution's ids in memory at a time. Executions come one after the other: `begin_execution`, its
// rows in order, `end_history`, then what else belongs to it.
class verifier {
public:
  explicit verifier(const history_reader& read) : read_(read) {}

  // Counted; the first thousand are kept.
  void report(const std::string& instance, std::string what);

  void begin_execution(const std::string& instance, std::uint64_t execution);
  void take_row(std::uint64_t first_event_id, std::uint64_t count, const std::string& packed);
  // `recorded`: how many events the execution says that it has, once it has ended.
  void end_history(std::optional<std::uint64_t> recorded);
  void check_activity(std::uint64_t event_id, const std::string& name);
  void check_child(const std::string& child, std::uint64_t event_id);

  verification found;

private:
  void take_event(const history_event& event);
  void settle(const history_event& event, bool was_scheduled);

  const history_reader& read_;
  std::string instance_;
  std::string place_;  // the execution, for people
  std::uint64_t next_event_ = 1;
  std::set<std::uint64_t> activities_;
  std::map<std::uint64_t, std::string> children_;
  std::set<std::uint64_t> commands_;
  std::map<std::uint64_t, std::uint64_t> settled_;  // and by which events
};

}  // namespace duroxide::persistence
