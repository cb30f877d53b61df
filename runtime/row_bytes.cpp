#include "runtime/row_bytes.hpp"

#include "runtime/stored_bytes.hpp"

namespace duroxide::internal {

std::size_t name_bytes(const history_event& event) {
  const auto size_of = [](const std::optional<std::string>& text) { return text ? text->size() : 0; };
  return event.name.size() + size_of(event.version) + size_of(event.instance) + size_of(event.tag) +
         size_of(event.session) + (event.parent ? event.parent->instance.size() : 0);
}

std::size_t row_with_payload(const history_event& event) { return fixed_row_bytes + as_payload(event.data); }

std::size_t row_of_text(const history_event& event) { return event.text ? as_payload(*event.text) : 0; }

std::size_t rows_of_start(const history_event& event) {
  return 3 * fixed_row_bytes + name_bytes(event) + as_payload(event.data);
}

std::size_t rows_of_outcome(const history_event& event) {
  return 3 * fixed_row_bytes + as_payload(event.data) + as_stored_error(event.error) + row_of_text(event);
}

std::size_t rows_of_next_execution(const history_event& event) {
  return 3 * fixed_row_bytes + 2 * as_payload(event.data);
}

}  // namespace duroxide::internal
