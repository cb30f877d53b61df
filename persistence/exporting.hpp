// Instances as lines.
#pragma once

#include "persistence/transfer_format.hpp"

#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace duroxide::persistence {

// One moment's state of a root instance with its descendants, or of everything, with the first and the last
// line of a file. Throws store_failure, also (invalid_argument) if `file` fails.
transfer export_instances(admin_session& db, std::ostream& file, const std::optional<std::string>& root,
                          const std::string& description);

// Gives `line` the lines of those of these instances that there are, one instance after the other, and the
// id that each is of. REQUIRES: `db` has begun.
void export_these(admin_session& db, const std::vector<std::string>& instances,
                  const std::function<void(const std::string& id, std::string line)>& line);

}  // namespace duroxide::persistence
