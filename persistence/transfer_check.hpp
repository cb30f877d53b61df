// Whether an export file can be taken.
#pragma once

#include "duroxide/administration.hpp"

#include <iosfwd>

namespace duroxide::persistence {

// Looks at every line for itself, at what the lines of an instance say of one another, and at who is whose
// parent. Throws store_failure (invalid_argument) with the number of a line and what is wrong in it. Without
// `read`, nobody looks into the events. Payloads may be any bytes: they are whatever the program made them.
// In memory is one instance, and some bytes for every child.
void check_transfer(std::istream& from, const history_reader& read);

}  // namespace duroxide::persistence
