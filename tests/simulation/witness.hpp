// What reaches the store of one process, and is done there.
#pragma once

#include "duroxide/provider.hpp"
#include "tests/simulation/ownership.hpp"

#include <functional>
#include <memory>
#include <string>

namespace duroxide::simulation {

// For whoever reads a log: an operation, and the instances that it is about.
using remarking = std::function<void(std::string text)>;

// Stands behind the guard, next to the store: enters into the book what was done, whatever its caller is told
// of it. Without a `remark` nothing is described.
std::shared_ptr<provider> witnessed(std::shared_ptr<provider> store, std::string process, ownership& book,
                                    remarking remark);

}  // namespace duroxide::simulation
