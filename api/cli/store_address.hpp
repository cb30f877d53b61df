// Which store is meant.
#pragma once

#include "duroxide/provider.hpp"
#include "api/operations/operation.hpp"

#include <memory>
#include <optional>
#include <string>

namespace duroxide::cli {

// The URL of the store: what was typed, or DUROXIDE_STORE, or the profile `default`; a name of a profile is looked up.
// Throws usage_error that says how to name a store. No message has a URL in it.
std::string store_address(const std::optional<std::string>& typed);

// Opens it as the operation needs it. A store that is not there is not made, and an older one is not migrated, unless
// the operation does that. Throws what open_store throws, and usage_error for a store that no other process can have.
std::shared_ptr<provider> open_for(const operations::operation& verb, const std::string& url);

}  // namespace duroxide::cli
