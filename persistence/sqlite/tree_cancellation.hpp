// Trees of instances that are closed, and the cancellation of what is left of them.
#pragma once

#include "persistence/sqlite/database.hpp"
#include "persistence/sqlite/sending.hpp"
#include "persistence/tree_cancellation.hpp"

#include <cstdint>
#include <string>

namespace duroxide::persistence::sqlite {

// Whether something may still begin in the tree of this root: it runs, and is not about to be cancelled.
bool is_tree_open(database& db, std::uint64_t root);

// See provider::cancel_tree.
std::string cancel_tree(database& db, const writing_context& context, const tree_cancellation& what,
                        const std::string& position);

}  // namespace duroxide::persistence::sqlite
