// Stores by the names that the programs here take.
#pragma once

#include "duroxide/provider.hpp"

#include <memory>
#include <string>

namespace duroxide::bench {

struct store_request {
  std::string url;                  // sqlite::memory:, sqlite:FILE, postgresql://...
  bool fresh = false;               // without what is there: the file is deleted, the schema is a new one
  bool relaxed_durability = false;  // SQLite: commits survive a process crash, not a power loss
};

// Throws configuration_error (invalid_argument) for a URL of no known kind.
std::shared_ptr<provider> open_store(const store_request& what);

}  // namespace duroxide::bench
