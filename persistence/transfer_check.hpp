// Whether an export file can be taken.
#pragma once

#include "duroxide/administration.hpp"

#include <iosfwd>

namespace duroxide::persistence {

// Checks every line by itself, what the lines of an instance say of one another, and the parents. Throws
// store_failure (invalid_argument) with the number of a line and what is wrong in it. Without `read`, the events
// are not looked into. Payloads may be any bytes: they are whatever the program made them. In memory is one
// instance, and some bytes for every child.
void check_transfer(std::istream& source, const history_reader& read);

}  // namespace duroxide::persistence
