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

}  // namespace duroxide::persistence
