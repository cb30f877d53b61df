// Writes one turn.
#pragma once

#include "persistence/simulated/sending.hpp"

namespace duroxide::internal::simulated {

// Completely, or not at all (I1).
turn_receipt write_turn(tables& rows, const author& origin, const turn_commit& turn);

}  // namespace duroxide::internal::simulated
