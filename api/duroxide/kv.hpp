// Entries of an instance's key-value store, and changes to it.
#pragma once

#include "duroxide/time.hpp"

#include <optional>
#include <string>

namespace duroxide {

struct kv_entry {
  std::string key;
  std::string value;
  timestamp updated_at{};
  bool operator==(const kv_entry&) const = default;
};

// Sets a key; no value means that it is removed.
struct kv_change {
  std::string key;
  std::optional<std::string> value;
  timestamp updated_at{};
};

}  // namespace duroxide
