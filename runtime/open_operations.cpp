#include "runtime/open_operations.hpp"

namespace duroxide::internal {

const open_operation* open_operations::find(std::uint64_t event_id) const {
  const auto found = open_.find(event_id);
  return found == open_.end() ? nullptr : &found->second;
}

void open_operations::detach(std::uint64_t event_id) noexcept {
  if (const auto found = open_.find(event_id); found != open_.end()) found->second.pending = nullptr;
}

std::string open_operations::text() const {
  std::string all;
  for (const auto& [event_id, operation] : open_)
    all += " " + std::to_string(event_id) + " " + std::string(to_string(operation.type->scheduled)) +
           (operation.pending ? "" : " detached") + ";";
  return all;
}

}  // namespace duroxide::internal
