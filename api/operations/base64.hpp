// Bytes that are no text, as text (RFC 4648, with padding).
#pragma once

#include <string>
#include <string_view>

namespace duroxide::operations {

std::string base64_of(std::string_view bytes);

}  // namespace duroxide::operations
