// Whether an instance in a file is the one in a store.
#pragma once

#include <string>
#include <vector>

namespace duroxide::persistence {

// The first difference between the lines of one instance, in words; empty if there is none. No lines in the
// store: it is not there.
std::string difference(const std::vector<std::string>& in_file, const std::vector<std::string>& in_store);

}  // namespace duroxide::persistence
