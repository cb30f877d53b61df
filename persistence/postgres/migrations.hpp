// The numbered migrations of the schema, as text.
#pragma once

#include <span>
#include <string_view>

namespace duroxide::persistence::postgres {

// The version of a schema is how many of these it has been through.
std::span<const std::string_view> migrations();

// functions.sql: made by the migration to `needed_version`.
std::string_view functions();

// What this build works with. Later versions only take away what older builds need, so they wait until the
// last node of such a build has left.
inline constexpr std::size_t needed_version = 9;
// What the build before works with: its nodes may go on beside those of this one.
inline constexpr std::size_t version_before = 7;

}  // namespace duroxide::persistence::postgres
