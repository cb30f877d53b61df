// What tokens need of cryptography.
#pragma once

#include <string>
#include <string_view>

namespace duroxide::http {

std::string sha256_hex(std::string_view bytes);

// In a time that does not depend on where they differ.
bool are_equal(std::string_view one, std::string_view other);

// 256 random bits, for URLs and headers.
std::string random_secret();

}  // namespace duroxide::http
