// Bytes that are not text, as text (RFC 4648, section 4).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace duroxide::internal {

std::string to_base64(std::string_view bytes);
// Nothing if `text` is not well-formed base64.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace duroxide::internal
