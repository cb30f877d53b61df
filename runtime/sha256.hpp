// SHA-256 (FIPS 180-4).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace duroxide::internal {

std::array<std::uint8_t, 32> sha256_of(std::string_view bytes);

}  // namespace duroxide::internal
