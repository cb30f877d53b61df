// Rows of the inbox as both dialects select them.
#pragma once

#include "duroxide/provider.hpp"
#include "persistence/row_reader.hpp"

#include <optional>
#include <string>
#include <vector>

namespace duroxide::persistence {

// Two of its columns are words, which somebody may have spoilt.
class inbox_row {
public:
  // `more`: the columns behind those of a message.
  template <class... More> explicit inbox_row(const row_reader& row, More&&... more) {
    row.read("id", content_.id, "kind", kind_, "instance", content_.instance, "execution", content_.execution,
             "source", content_.source, "name", content_.name, "data", payload_column{content_.data}, "error",
             optional_payload_column{error_}, "visible_at", content_.visible_at, "instance_key",
             content_.life, more...);
  }

  std::uint64_t id() const noexcept { return content_.id; }

  // Throws store_failure (broken), naming the row, if the words are spoilt.
  message&& content() &&;

private:
  message content_;
  std::string kind_;
  std::optional<std::string> error_;
};

// False, and nothing appended, if the words of the row are spoilt: its instance cannot be loaded while the row
// is there, and that failure names it.
bool append_if_readable(std::vector<message>& found, inbox_row&& row);

// Those of `signals` that are behind the page.
void append_signals_behind(queue_page& page, queue_page signals);

}  // namespace duroxide::persistence
