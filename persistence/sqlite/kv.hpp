// The key-value stores of instances.
#pragma once

#include "duroxide/provider.hpp"
#include "persistence/sqlite/database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace duroxide::persistence::sqlite {

// What `turn` changes in the store of the instance with this key.
void write_kv(database& db, std::uint64_t instance_key, const turn_commit& turn);

// All entries in key order, or the one of `key`; none if there is no such instance.
std::vector<kv_entry> read_kv(database& db, const std::string& instance,
                              const std::optional<std::string>& key);

}  // namespace duroxide::persistence::sqlite
