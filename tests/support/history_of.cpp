#include "tests/support/history_of.hpp"

#include "runtime/history_codec.hpp"

namespace duroxide::testing_support {

std::vector<std::string> event_kinds(provider& store, const std::string& instance, std::uint64_t execution) {
  std::vector<std::string> kinds;
  auto rows = store.history(instance, execution).value();
  for (const history_row& row : rows) {
    auto events = internal::unpack_events(row.first_event_id, row.packed);
    if (!events) throw std::runtime_error(events.error());
    for (const history_event& event : *events) kinds.emplace_back(to_string(event.kind));
  }
  return kinds;
}

}  // namespace duroxide::testing_support
