// Cancelling what is left of a tree whose root has ended.
#pragma once

#include "persistence/postgres/store.hpp"
#include "persistence/tree_cancellation.hpp"

#include <cstdint>
#include <string>

namespace duroxide::persistence::postgres {

// See provider::cancel_tree.
std::string cancel_tree(store& opened, const tree_cancellation& what, const std::string& position);

}  // namespace duroxide::persistence::postgres
