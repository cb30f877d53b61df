#include "runtime/child_id.hpp"

#include "duroxide/limits.hpp"
#include "runtime/sha256.hpp"

namespace duroxide::internal {

namespace {

constexpr std::string_view mark = "::sub::";
constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::size_t hash_bytes = 16;  // 128 bits
constexpr std::size_t most_of_parent = limits::id_bytes - mark.size() - 2 * hash_bytes;

bool is_short(std::string_view id) {
  constexpr std::size_t behind = mark.size() + 2 * hash_bytes;
  if (id.size() <= behind) return false;
  const std::string_view tail = id.substr(id.size() - behind);
  return tail.starts_with(mark) && tail.find_first_not_of(hex_digits, mark.size()) == tail.npos;
}

// Whole characters, and of a short id what it begins with itself.
std::string_view begin_of(std::string_view parent) {
  if (is_short(parent)) parent.remove_suffix(mark.size() + 2 * hash_bytes);
  if (parent.size() <= most_of_parent) return parent;
  std::size_t kept = most_of_parent;
  while (kept > 0 && (static_cast<unsigned char>(parent[kept]) & 0xc0) == 0x80) --kept;
  return parent.substr(0, kept);
}

}  // namespace

std::string long_child_id(const std::string& parent, std::uint64_t execution, std::uint64_t event_id) {
  std::string id = parent + std::string(mark);
  if (execution > 1) id += std::to_string(execution) + "::";
  return id + std::to_string(event_id);
}

std::string short_child_id(std::string_view parent, std::string_view long_id) {
  if (long_id.size() <= limits::id_bytes) return std::string(long_id);
  std::string id(begin_of(parent));
  id += mark;
  const auto hash = sha256_of(long_id);
  for (std::size_t i = 0; i < hash_bytes; ++i) {
    id += hex_digits[hash[i] >> 4];
    id += hex_digits[hash[i] & 0xf];
  }
  return id;
}

}  // namespace duroxide::internal
