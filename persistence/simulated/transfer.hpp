// Instances on their way to another store, and back.
#pragma once

#include "persistence/simulated/tables.hpp"

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace duroxide::internal::simulated {

// As the members of store_administration; they throw store_failure.
transfer export_instances(const tables& rows, std::ostream& to, const std::optional<std::string>& root);
transfer import_instances(tables& rows, std::istream& from);
std::vector<inconsistency> compare_instances(const tables& rows, std::istream& from, std::size_t limit);

}  // namespace duroxide::internal::simulated
