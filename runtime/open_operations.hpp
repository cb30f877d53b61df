// What the code has started and has no outcome of.
#pragma once

#include "duroxide/detail/engine.hpp"
#include "runtime/operations/operation_type.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace duroxide::internal {

struct open_operation {
  const operation_type* type = nullptr;
  std::string name;                              // of waits
  std::string instance;                          // of children
  detail::pending_operation* pending = nullptr;  // null: detached, its outcome is for nobody
};

// By the id of the schedule event. An operation is closed once: by its outcome, or because it was dropped.
class open_operations {
public:
  void open(std::uint64_t event_id, open_operation started) { open_.emplace(event_id, std::move(started)); }
  // Null if it is not open.
  const open_operation* find(std::uint64_t event_id) const;
  // It stays open, and its outcome is for nobody.
  void detach(std::uint64_t event_id) noexcept;
  // Empty if it is not open.
  using closed_operation = std::map<std::uint64_t, open_operation>::node_type;
  closed_operation close(std::uint64_t event_id) { return open_.extract(event_id); }
  // Those that the turn with this first event has started were not started after all.
  void forget_since(std::uint64_t event_id) { open_.erase(open_.lower_bound(event_id), open_.end()); }
  void clear() noexcept { open_.clear(); }

  auto begin() const noexcept { return open_.begin(); }
  auto end() const noexcept { return open_.end(); }
  // " 2 activity_scheduled; 3 timer_created detached;"
  std::string text() const;

private:
  std::map<std::uint64_t, open_operation> open_;
};

}  // namespace duroxide::internal
