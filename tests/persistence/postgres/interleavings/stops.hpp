// Functions of the schema, made to stop before each of their statements.
#pragma once

#include <functional>
#include <string>

namespace duroxide::interleavings {

// `definition` (PL/pgSQL, as the catalogue gives it) with a call of stage_stop in front of each statement
// that reads or writes one of the tables that others could change beneath it. `number_of` numbers the stops,
// by the first line of the statement. Goes by lines: a statement begins after one that ends with `;`, `then`,
// `else`, `loop` or `begin`.
std::string with_stops(const std::string& definition,
                       const std::function<int(const std::string&)>& number_of);

}  // namespace duroxide::interleavings
