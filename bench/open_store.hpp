// Stores by the names that the programs here take.
#pragma once

#include "duroxide/provider.hpp"

#include <functional>
#include <memory>
#include <string>

namespace duroxide::bench {

struct store_request {
  std::string url;                  // sqlite::memory:, sqlite:FILE, postgresql://..., or one of one's own
  bool fresh = false;               // without what is there: the file is deleted, the schema is a new one
  bool relaxed_durability = false;  // SQLite: commits survive a process crash, not a power loss
};

bool is_postgres(const std::string& url);

// Makes the store fresh if it is to be, and gives the URL by which all processes find the same one. A schema
// that a PostgreSQL URL names is used, or, fresh, deleted; without one it is "bench", or, fresh, a new one.
// Throws configuration_error (invalid_argument) for a schema of something else, which is not deleted.
std::string settled_url(const store_request& what);

// The URL of another store beside the one that a settled URL names: a file or a schema with `suffix` at the
// end of its name, or another store in memory.
std::string url_beside(const std::string& settled, const std::string& suffix);

// Opens settled_url(what). Throws configuration_error (invalid_argument) for a URL of no known kind.
std::shared_ptr<provider> open_store(const store_request& what);

// Opens a store of one's own; null for a URL that is not one.
using store_opener = std::function<std::shared_ptr<provider>(const store_request&)>;

// open_store asks it first. REQUIRES: called before any other thread opens a store.
void add_stores(store_opener own);

}  // namespace duroxide::bench
