// The numbered migrations of the schema, as text.
#pragma once

#include <span>
#include <string_view>

namespace duroxide::persistence::postgres {

// The version of a schema is how many of these it has been through.
std::span<const std::string_view> migrations();

}  // namespace duroxide::persistence::postgres
