// Looking for an order after which something does not hold.
#pragma once

#include "tests/persistence/interleavings/stage.hpp"
#include "tests/persistence/interleavings/table.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace duroxide::interleavings {

// By "MEETING: KIND", what did not hold in the first order in which it was found.
using findings = std::map<std::string, std::string>;

// Each stage in a thread of its own: while one waits, the other can go on. Of each pair 40 orders are tried
// (DUROXIDE_TEST_ORDERS), and of each triple four times as many.
findings found_in(const std::vector<meeting>& all, std::vector<std::unique_ptr<stage>> stages);

// Those that can be on the store, with the words of DUROXIDE_TEST_MEETINGS in their names.
std::vector<meeting> chosen_meetings(store_kind kind);

}  // namespace duroxide::interleavings
