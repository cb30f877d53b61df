// Instances as lines.
#pragma once

#include "persistence/transfer_format.hpp"

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>

namespace duroxide::persistence {

// One moment's state of a root instance with its descendants, or of everything, with the first and the last
// line of a file. Throws store_failure, also (as not_done) if `to` fails.
transfer export_instances(admin_session& db, std::ostream& to, const std::optional<std::string>& root,
                          const std::string& description);

// Gives `line` the lines of one instance, none if there is no such instance. REQUIRES: `db` has begun.
void export_one(admin_session& db, const std::string& instance,
                const std::function<void(const std::string&)>& line);

}  // namespace duroxide::persistence
