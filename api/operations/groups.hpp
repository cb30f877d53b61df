// The parts of the catalogue, one for each source.
#pragma once

#include "api/operations/operation.hpp"

#include <vector>

namespace duroxide::operations {

std::vector<operation> instance_operations();  // looking at one instance
std::vector<operation> store_operations();     // looking at the store
std::vector<operation> signal_operations();    // starting instances and telling them something
std::vector<operation> rewind_operations();    // sending instances back in their histories
std::vector<operation> cleanup_operations();   // deleting
std::vector<operation> transfer_operations();  // files, and the store itself

}  // namespace duroxide::operations
