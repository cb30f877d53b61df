#include "duroxide/utf8.hpp"

#include <cstdint>
#include <cstring>

namespace duroxide {

namespace {

// Length of the sequence that starts at `p`, or 0 if it is malformed. RFC 3629, section 4.
std::size_t sequence_length(const unsigned char* p, const unsigned char* end) noexcept {
  auto continues = [&](std::size_t i, unsigned char low = 0x80, unsigned char high = 0xbf) {
    return p + i < end && p[i] >= low && p[i] <= high;
  };
  unsigned char lead = *p;
  if (lead < 0x80) return 1;
  if (lead < 0xc2) return 0;
  if (lead < 0xe0) return continues(1) ? 2 : 0;
  if (lead < 0xf0) {
    unsigned char low = lead == 0xe0 ? 0xa0 : 0x80;
    unsigned char high = lead == 0xed ? 0x9f : 0xbf;
    return continues(1, low, high) && continues(2) ? 3 : 0;
  }
  if (lead < 0xf5) {
    unsigned char low = lead == 0xf0 ? 0x90 : 0x80;
    unsigned char high = lead == 0xf4 ? 0x8f : 0xbf;
    return continues(1, low, high) && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

bool is_utf8(std::string_view bytes) noexcept {
  const auto* p = reinterpret_cast<const unsigned char*>(bytes.data());
  const auto* end = p + bytes.size();
  while (p < end) {
    // Payloads are mostly ASCII: skip eight bytes at a time while no high bit is set.
    while (end - p >= 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, p, sizeof word);
      if (word & 0x8080808080808080ULL) break;
      p += 8;
    }
    if (p == end) break;
    std::size_t length = sequence_length(p, end);
    if (length == 0) return false;
    p += length;
  }
  return true;
}

}  // namespace duroxide
