// Labels in one value: as an export writes them, as a statement that reads an instance gives them, and as rows that are
// about to be written.
#pragma once

#include "duroxide/instance_status.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace duroxide::persistence {

// {"name":"text","amount":{"number":"42.5"},...} in the order of the names. Nothing if there are none. Bytes that are
// not UTF-8 stay as they are.
std::optional<std::string> labels_to_json(const std::vector<label>& labels);

// Rows of the table `labels`, without the instance: [[name, type, text, number],...]. Nothing if there are none.
std::optional<std::string> label_rows_to_json(const std::vector<label>& labels);

// Changes by a turn, which is their first element: [[turn, name, type, text, number],...]; of a label that is removed,
// type and what follows are null. Adds them to `all`, which is such a text, or empty.
void add_label_changes(std::string& all, std::int32_t turn, const std::vector<label_change>& changes);

// The column `number`: what a label is ordered by that is no text; false is 0, true is 1, a time is in milliseconds.
std::optional<double> number_of(const label_value& value);

// Throws std::exception if `text` is not what labels_to_json writes, but for blanks and the order.
std::vector<label> labels_from_json(const std::optional<std::string>& text);

}  // namespace duroxide::persistence
