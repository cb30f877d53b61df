// Bytes as hexadecimal digits.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace duroxide::persistence {

// In lower case.
std::string to_hex(std::string_view bytes);
// The inverse; none if these are not such digits.
std::optional<std::string> from_hex(std::string_view digits);

}  // namespace duroxide::persistence
