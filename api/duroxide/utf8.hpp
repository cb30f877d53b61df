// Whether bytes are text.
#pragma once

#include <string_view>

namespace duroxide {

// True if `bytes` is well-formed UTF-8 (RFC 3629: no surrogates, nothing overlong, at most U+10FFFF).
bool is_utf8(std::string_view bytes) noexcept;

}  // namespace duroxide
