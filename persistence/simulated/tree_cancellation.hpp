// Cancelling what is left of a tree whose root has ended.
#pragma once

#include "persistence/simulated/sending.hpp"
#include "persistence/tree_cancellation.hpp"

#include <cstdint>
#include <string>

namespace duroxide::internal::simulated {

// See provider::cancel_tree.
std::string cancel_tree(tables& rows, const author& origin, const persistence::tree_cancellation& what,
                        const std::string& position);

}  // namespace duroxide::internal::simulated
