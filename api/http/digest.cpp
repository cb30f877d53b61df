#include "api/http/digest.hpp"

#include "duroxide/errors.hpp"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <array>

namespace duroxide::http {

namespace {

constexpr std::size_t digest_bytes = 32;

std::string hex_text(const unsigned char* bytes, std::size_t count) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += {digits[bytes[i] >> 4U], digits[bytes[i] & 15U]};
  return text;
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, digest_bytes> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  return hex_text(digest.data(), digest.size());
}

bool are_equal(std::string_view one, std::string_view other) {
  return one.size() == other.size() && CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

std::string random_secret() {
  std::array<unsigned char, digest_bytes> bits{};
  if (RAND_bytes(bits.data(), static_cast<int>(bits.size())) != 1)
    throw infrastructure_error(error_kind::store_unavailable, "the system gives no random bits");
  return hex_text(bits.data(), bits.size());
}

}  // namespace duroxide::http
