#include "persistence/inbox_rows.hpp"

#include "persistence/decoding.hpp"

#include <utility>

namespace duroxide::persistence {

message&& inbox_row::content() && {
  decoded("inbox", std::to_string(content_.id), [this] {
    content_.kind = message_kind_from(kind_);
    content_.error = error_from_column(error_);
  });
  return std::move(content_);
}

bool append_if_readable(std::vector<message>& found, inbox_row&& row) {
  try {
    found.push_back(std::move(row).content());
    return true;
  } catch (const store_failure&) {
    return false;
  }
}

void append_signals_behind(queue_page& page, queue_page signals) {
  const std::uint64_t last = page.messages.empty() ? 0 : page.messages.back().id;
  for (message& each : signals.messages)
    if (each.id > last) page.messages.push_back(std::move(each));
}

}  // namespace duroxide::persistence
