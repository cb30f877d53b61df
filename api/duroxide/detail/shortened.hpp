// Texts that people read are cut rather than refused: a failure must not become another failure.
#pragma once

#include "duroxide/errors.hpp"

#include <cstddef>
#include <string>

namespace duroxide::detail {

// At most `limit` bytes; a longer text ends, after a whole character, with a mark that says how long it was.
// REQUIRES: room for the mark (64 bytes).
std::string shortened(std::string text, std::size_t limit);

// With its texts as long as limits.hpp allows.
error_details shortened(error_details why);

}  // namespace duroxide::detail
