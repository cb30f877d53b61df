// Names that belong to the engine.
#pragma once

#include <string_view>

namespace duroxide::detail {

// Names that begin like this cannot be registered by users.
inline constexpr std::string_view reserved_name_prefix = "duroxide::";

}  // namespace duroxide::detail
