// Labels as they stand in the column `labels`: {"name": "value", ...} in the order of the names.
#pragma once

#include "duroxide/instance_status.hpp"

#include <optional>
#include <string>
#include <vector>

namespace duroxide::persistence {

// Nothing if there are no labels. Bytes that are not UTF-8 stay as they are.
std::optional<std::string> labels_to_json(const std::vector<label>& labels);

// Throws std::exception if `text` is not what labels_to_json writes.
std::vector<label> labels_from_json(const std::optional<std::string>& text);

}  // namespace duroxide::persistence
