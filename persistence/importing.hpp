// Instances from lines.
#pragma once

#include "persistence/transfer_format.hpp"

#include <cstddef>
#include <iosfwd>
#include <vector>

namespace duroxide::persistence {

// Writes what `source` holds, and reads `source` a second time to see that nothing differs. Throws store_failure
// with invalid_argument, and the number of the line, for what cannot be taken; then nothing is written.
transfer import_instances(admin_session& db, std::istream& source);

// At most `limit` differences between the instances of `source` and those of the store.
std::vector<inconsistency> compare_instances(admin_session& db, std::istream& source, std::size_t limit);

}  // namespace duroxide::persistence
